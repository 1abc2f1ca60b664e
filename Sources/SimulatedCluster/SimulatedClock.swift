import ActorCluster

/// How a node's clock runs against the network's true time.
public struct SimulatedClock: Sendable, Hashable {
  /// What it shows at the network's time zero; not negative.
  public var offset: Duration
  /// By how many millionths it is too fast, or too slow if negative: 100 000 is ten per cent.
  public var drift_ppm: Int64

  /// A clock that is right.
  public static let exact = SimulatedClock()

  /// Makes a clock.
  public init(offset: Duration = .zero, drift_ppm: Int64 = 0) {
    precondition(offset >= .zero, "A clock starts at zero or later.")
    precondition(drift_ppm > -1_000_000, "A clock goes on.")
    self.offset = offset
    self.drift_ppm = drift_ppm
  }

  /// What it shows at a true time, in nanoseconds.
  func reading_ns(at true_ns: Int64) -> Int64 {
    guard self != .exact else { return true_ns }
    return offset.wholeNanoseconds + Self.scale(true_ns, by: 1_000_000 + drift_ppm, over: 1_000_000)
  }

  /// The first true time at which it shows a time, in nanoseconds.
  func true_ns(at reading_ns: Int64) -> Int64 {
    guard self != .exact else { return reading_ns }
    let elapsed_ns = max(0, reading_ns - offset.wholeNanoseconds)
    // Rounded up: at this time the clock shows the reading or more, a nanosecond earlier less.
    let rate = 1_000_000 + drift_ppm
    return Self.scale(elapsed_ns, by: 1_000_000, over: rate, roundedUp: true)
  }

  private static func scale(
    _ value: Int64, by factor: Int64, over divisor: Int64, roundedUp: Bool = false
  ) -> Int64 {
    let product = Int128(value) * Int128(factor) + (roundedUp ? Int128(divisor) - 1 : 0)
    return Int64(product / Int128(divisor))
  }
}

extension Duration {
  /// Nanoseconds, rounded up, so that nothing happens before its time.
  var nanosecondsRoundedUp: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + (attoseconds + 999_999_999) / 1_000_000_000
  }
}
