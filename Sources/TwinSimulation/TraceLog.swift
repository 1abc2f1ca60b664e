import SimulatedCluster

/// The last lines of what happened.
struct TraceLog: Sendable {
  private let length: Int
  private var kept: [String] = []
  /// The oldest line once all places are taken.
  private var oldest = 0

  init(length: Int = 0) { self.length = length }

  mutating func append(_ line: String) {
    guard length > 0 else { return }
    if kept.count < length {
      kept.append(line)
    } else {
      kept[oldest] = line
      oldest = (oldest + 1) % length
    }
  }

  /// From old to new.
  var lines: [String] { Array(kept[oldest...] + kept[..<oldest]) }

  /// A message in one line.
  static func line(_ message: SimulatedMessage) -> String {
    let what =
      switch message.purpose {
      case .request: "asks"
      case .reply: "answers \(message.status ?? 0)"
      case .cancellation: "takes back"
      }
    return "#\(message.index) \(message.from) → \(message.to) \(what) \(message.target) of "
      + "\(message.actor.kind)/\(message.actor.name), era \(message.era)"
  }
}
