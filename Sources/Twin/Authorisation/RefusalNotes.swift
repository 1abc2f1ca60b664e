/// When to tell of refused calls: at once of the first, then of all that came since, now and then.
struct RefusalNotes: Sendable {
  /// How far apart two notes are at least: whoever tries again and again shall not fill a log.
  static let interval = Duration.seconds(10)

  private var told = 0
  private var lastTime: Duration?

  /// How many refusals to tell of now; nil for no note.
  ///
  /// - Parameter total: all refusals since the start; fewer than before mean a new process.
  mutating func note(total: Int, at now: Duration) -> Int? {
    if total < told { told = 0 }
    guard total > told, lastTime.map({ now - $0 >= Self.interval }) ?? true else { return nil }
    defer { (told, lastTime) = (total, now) }
    return total - told
  }
}
