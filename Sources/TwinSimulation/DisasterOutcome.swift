/// What came of a disaster.
package struct DisasterOutcome: Sendable, Equatable {
  package var seed: UInt64
  /// Empty if every rule held.
  package var violations: [Violation]
  /// Of every message.
  package var traceHash: UInt64
  package var messages: Int
  /// The virtual time that passed.
  package var simulated: Duration
  package var ticks: Int64
  /// The hash of each tick's commit.
  package var hashes: [UInt64]
  package var eras: Int64
  /// How often the coordinator's process started.
  package var coordinatorStarts: Int
  /// Processes that ended by themselves, each in one sentence: who, when and why.
  package var exits: [String]
  /// Tasks that left the simulation; zero, or the seed decides nothing.
  package var strays: Int
  /// Results of segments that arrived, by target.
  package var contributions: [String: Int]
  /// The faults that began, as a summary counts them.
  package var faults: [String]
  /// The last events and messages, if they were kept.
  package var trace: [String]
}

extension DisasterOutcome {
  /// A run that could not be judged, because it came to no end.
  package init(seed: UInt64, failed why: String) {
    self.init(
      seed: seed, violations: [Violation(rule: .progress, time: .zero, text: why)], traceHash: 0,
      messages: 0, simulated: .zero, ticks: 0, hashes: [], eras: 0, coordinatorStarts: 0, exits: [],
      strays: 0, contributions: [:], faults: [], trace: [])
  }
}
