import GridModel

/// How the twin went on without a node.
struct Recovery: Sendable, Equatable {
  var node: String
  /// The tick that was in flight or next.
  var tick: Int64
  /// From the end of the process until the coordinator knew; `nil` when the end was not seen.
  var detection_ms: Double?
  /// From the end of the process, or else from its detection, until a tick was committed again.
  var recovery_ms: Double?
  /// Where its segments went, in a sentence of the coordinator.
  var moves: [String]

  var sentence: String {
    "node \(node) was lost at tick \(tick)"
      + (detection_ms.map { ": noticed after \(fixed($0 / 1_000, 2)) s" } ?? "")
      + (recovery_ms.map { ", committing again after \(fixed($0 / 1_000, 2)) s" } ?? "")
      + (moves.isEmpty ? "" : "; " + moves.joined(separator: "; "))
  }

  var json: JSON {
    [
      "node": .string(node), "tick": .integer(tick), "detection_ms": JSON(detection_ms),
      "recovery_ms": JSON(recovery_ms), "moves": .array(moves.map(JSON.string)),
    ]
  }
}

/// Puts together, from what happens in turn, how the twin went on after each loss.
struct RecoveryWatch: Sendable {
  private(set) var recoveries: [Recovery] = []
  private var ends: [String: Duration] = [:]
  private var open: [(index: Int, since: Duration)] = []

  /// A process of a node ended, or was stopped.
  mutating func ended(_ node: String, at now: Duration) { ends[node] = now }

  /// The coordinator found a node lost.
  mutating func lost(_ node: String, tick: Int64, at now: Duration) {
    let end = ends.removeValue(forKey: node)
    open.append((recoveries.count, end ?? now))
    recoveries.append(
      Recovery(
        node: node, tick: tick, detection_ms: end.map { (now - $0).milliseconds },
        recovery_ms: nil, moves: []))
  }

  /// Segments of lost nodes have other owners.
  mutating func moved(_ sentence: String) {
    for entry in open { recoveries[entry.index].moves.append(sentence) }
  }

  /// A tick was committed.
  mutating func committed(at now: Duration) {
    for entry in open { recoveries[entry.index].recovery_ms = (now - entry.since).milliseconds }
    open = []
  }
}
