/// A node process that ended, and the twin did not notice by itself: it had not joined.
struct NodeEnded: Error, CustomStringConvertible {
  let exit: ChildNodes.Exit
  let segments: [String]

  var description: String {
    "node \(exit.node) with \(segments.count == 1 ? "segment" : "segments") "
      + "\(segments.joined(separator: ", ")) ended "
      + (exit.wasKilled ? "by signal" : "with status")
      + " \(exit.status) before it was part of the twin; start the demo again"
  }
}
