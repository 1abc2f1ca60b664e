import ActorCluster

/// When to tell of what a node refused: at once of the first, then of all that came since, now and then.
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

/// What to tell of the refusals of one node, and when.
struct NodeRefusals: Sendable {
  private var calls = RefusalNotes()
  private var connections = RefusalNotes()

  /// The events that are due, each with its sentence.
  mutating func news(
    of node: NodeName, calls refusedCalls: Refusals, connections refusedConnections: Refusals,
    at now: Duration
  ) -> [(kind: TwinEvent.Kind, text: String)] {
    var news: [(kind: TwinEvent.Kind, text: String)] = []
    let last = { (refusals: Refusals) in refusals.last.map { "; the last: \($0)" } ?? "" }
    if let count = calls.note(total: refusedCalls.count, at: now) {
      let them = count == 1 ? "it" : "them"
      news.append(
        (
          .callsRefused,
          "\(node) refused \(count) call\(count == 1 ? "" : "s") whose caller had no right to make \(them)"
            + last(refusedCalls)
        ))
    }
    if let count = connections.note(total: refusedConnections.count, at: now) {
      news.append(
        (
          .connectionsRefused,
          "\(node) let \(count) peer\(count == 1 ? "" : "s") not in" + last(refusedConnections)
        ))
    }
    return news
  }
}
