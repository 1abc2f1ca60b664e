/// The clocks of both processes of a benchmark at one moment.
struct BenchClocks {
  private let time = ContinuousClock.now
  private let own = ProcessorTime.own
  private let other: Duration

  init(_ answering: AnsweringProcess) { other = answering.processorTime }

  static func - (later: BenchClocks, earlier: BenchClocks) -> BenchCost {
    BenchCost(
      duration: later.time - earlier.time, own: later.own - earlier.own,
      other: later.other - earlier.other)
  }
}

/// What a part of a benchmark took.
struct BenchCost: Sendable {
  var duration: Duration
  /// Processor time of this process.
  var own: Duration
  /// Processor time of the process that answers.
  var other: Duration

  func perSecond(_ count: Int) -> Double { Double(count) / (duration.milliseconds / 1_000) }

  func own_us(per count: Int) -> Double { own.milliseconds * 1_000 / Double(count) }

  func other_us(per count: Int) -> Double { other.milliseconds * 1_000 / Double(count) }
}
