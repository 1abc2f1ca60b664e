/// Round trips between two processes: first one after the other, then many in flight.
struct RoundTrips: Sendable {
  /// How long each took that was made one after the other.
  let times_us: [Double]
  let oneByOne: BenchCost
  /// How many were made with `inFlight` of them at once.
  let count: Int
  let inFlight: Int
  let together: BenchCost

  /// Round trips before the first that is timed: connections open and memory warms up.
  private static let warmUp = 500

  /// Makes round trips; a tenth of `count` one by one before those in flight.
  ///
  /// - Parameters:
  ///   - stops: when so many have been made in flight, all that were begun end, and `atStop` is called.
  ///   - roundTrip: makes one.
  init(
    _ count: Int, inFlight: Int, with answering: AnsweringProcess, stops: [Int] = [],
    atStop: (Int) -> Void = { _ in }, _ roundTrip: @escaping @Sendable () async throws -> Void
  ) async throws {
    for _ in 0..<Self.warmUp { try await roundTrip() }
    let oneByOne = max(1, count / 10)
    let first = BenchClocks(answering)
    var times_us: [Double] = []
    times_us.reserveCapacity(oneByOne)
    for _ in 0..<oneByOne {
      let sent = ContinuousClock.now
      try await roundTrip()
      times_us.append((ContinuousClock.now - sent).milliseconds * 1_000)
    }
    let second = BenchClocks(answering)
    var made = 0
    for stop in Set(stops + [count]).sorted() where stop > 0 {
      try await InFlight(inFlight).run(stop - made, roundTrip)
      made = stop
      atStop(made)
    }
    self.times_us = times_us
    self.oneByOne = second - first
    self.count = count
    self.inFlight = inFlight
    together = BenchClocks(answering) - second
  }

  private var perSecond: Double { together.perSecond(count) }

  /// - Parameter noun: what one is called.
  func lines(_ noun: String) -> [String] {
    [
      "\(counted(times_us.count, noun)) one by one: \(times_us.spread_us); processor time a \(noun) "
        + "\(fixed(oneByOne.own_us(per: times_us.count), 1)) us here, "
        + "\(fixed(oneByOne.other_us(per: times_us.count), 1)) us there",
      "\(counted(count, noun)), \(inFlight) in flight: \(fixed(perSecond, 0)) \(noun)s/s; "
        + "processor time a \(noun) \(fixed(together.own_us(per: count), 2)) us here, "
        + "\(fixed(together.other_us(per: count), 2)) us there",
    ]
  }

  /// - Parameters:
  ///   - noun: what one is called.
  ///   - own: what this process is called, and `other` the one that answers.
  func json(_ noun: String, own: String, other: String) -> [(String, JSON)] {
    [
      (
        "oneByOne",
        [
          "\(noun)s": JSON(times_us.count), "\(noun)_us": times_us.spread,
          "\(own)CPU_us": .number(oneByOne.own_us(per: times_us.count)),
          "\(other)CPU_us": .number(oneByOne.other_us(per: times_us.count)),
        ]
      ),
      (
        "together",
        [
          "\(noun)s": JSON(count), "inFlight": JSON(inFlight),
          "\(noun)sPerSecond": .number(perSecond),
          "\(own)CPU_us": .number(together.own_us(per: count)),
          "\(other)CPU_us": .number(together.other_us(per: count)),
        ]
      ),
    ]
  }
}
