/// Says when each tick is due, so that twin time runs at a fixed factor of wall time.
///
/// A twin that falls behind by more than a second does not hurry afterwards: the rest of the day is
/// moved, so that no burst of ticks follows a stall.
struct Pacer: Sendable, Equatable {
  /// Wall time from tick to tick.
  let interval: Duration
  private let first: Int64
  private var origin: Duration

  /// How far behind a twin may be and still catch up.
  static let tolerance = Duration.seconds(1)

  /// What to do about a tick.
  enum Start: Equatable {
    /// It is not due yet.
    case wait(until: Duration)
    /// It is due, or overdue by less than the tolerance.
    case now(late: Duration)
    /// It was overdue by so much that its due time, and that of all later ones, has moved to now.
    case moved(by: Duration)
  }

  /// - Parameters:
  ///   - step_s: seconds of twin time in a tick.
  ///   - factor: seconds of twin time in a second of wall time.
  ///   - first: the tick that is due at `start`.
  init(step_s: Int64, factor: Double, first: Int64, start: Duration) {
    precondition(step_s > 0 && factor > 0, "Twin time runs forward.")
    interval = .nanoseconds(Int64((Double(step_s) / factor * 1e9).rounded()))
    self.first = first
    origin = start
  }

  func due(_ tick: Int64) -> Duration { origin + interval * Int(tick - first) }

  mutating func begin(_ tick: Int64, at now: Duration) -> Start {
    let due = due(tick)
    guard now >= due else { return .wait(until: due) }
    let late = now - due
    guard late > Self.tolerance else { return .now(late: late) }
    origin += late
    return .moved(by: late)
  }
}
