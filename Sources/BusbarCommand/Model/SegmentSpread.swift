import GridModel

/// Spreads a list of segments over nodes by their number: neighbours in the list share a node.
struct SegmentSpread {
  let count: Int

  init(_ count: Int) {
    precondition(count > 0, "Segments need a node.")
    self.count = count
  }

  /// What the node at a position gets; nothing when there are more nodes than segments.
  func part<Part>(_ position: Int, of segments: [Part]) -> [Part] {
    segments.indices.filter { $0 * count / segments.count == position }.map { segments[$0] }
  }

  /// The names of the nodes.
  var nodes: [String] { (1...count).map { "node-\($0)" } }
}

extension Topology {
  /// A placement on so many nodes, `node-1` and so on.
  func spread(over count: Int) -> [Placement] {
    let spread = SegmentSpread(min(count, max(1, segments.count)))
    return spread.nodes.enumerated().map { position, node in
      Placement(node: node, segments: spread.part(position, of: segments.map(\.id)))
    }
  }
}
