/// What the joint power flow of one tick took, at the coordinator.
package struct JointRounds: Sendable, Equatable {
  /// From the tick's first message until the last block that solves it is judged; the segments'
  /// assets step in the first round.
  package var duration: Duration = .zero
  /// Calls to segments.
  package var calls = 0
  /// Of the calls' and replies' bodies.
  package var bytes = 0
  /// Unknowns of the border system.
  package var borderUnknowns = 0

  package init() {}

  init(duration: Duration, calls: Int, bytes: Int, borderUnknowns: Int) {
    self.duration = duration
    self.calls = calls
    self.bytes = bytes
    self.borderUnknowns = borderUnknowns
  }
}
