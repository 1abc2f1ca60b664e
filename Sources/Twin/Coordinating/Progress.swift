import GridModel

/// What the coordinator waits for at this moment, and since when nothing was committed: enough to
/// explain a stall.
struct Progress: Sendable {
  /// The tick that is next or in flight.
  private(set) var tick: Int64 = 0
  /// Since when this tick is wanted; `nil` between ticks.
  private(set) var since: Duration?
  private(set) var what = ""
  private(set) var open: Set<SegmentPlan.ID> = []
  private(set) var asked: Duration = .zero
  /// Why the last attempt failed; `nil` while the first one runs.
  var lastFailure: String?
  /// Whether this stall was told already.
  var isTold = false

  /// A tick is wanted.
  mutating func begin(_ tick: Int64, at now: Duration) {
    self.tick = tick
    since = now
    lastFailure = nil
  }

  /// The tick is committed, or given up.
  mutating func end() {
    since = nil
    open = []
  }

  /// Everybody is asked for something.
  mutating func wait(for what: String, from segments: [SegmentPlan.ID], at now: Duration) {
    self.what = what
    open = Set(segments)
    asked = now
  }

  /// One has answered.
  mutating func came(from segment: SegmentPlan.ID) { open.remove(segment) }

  /// For how long the tick has stood still.
  func stall(at now: Duration) -> Duration { since.map { now - $0 } ?? .zero }
}
