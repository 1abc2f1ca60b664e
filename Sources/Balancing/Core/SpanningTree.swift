/// A tree over each connected piece of a graph: breadth first, from a vertex in its middle, ties broken
/// by number. The same graph always gives the same tree, so all who know the graph agree on it.
public struct SpanningTree: Sendable, Equatable {
  /// `nil` for a root.
  public private(set) var parent: [Int?]
  /// Ascending.
  public private(set) var children: [[Int]]
  /// Longest way from a root to a leaf.
  public private(set) var height = 0

  /// - Parameter neighbors: for each vertex those it has an edge with, ascending.
  public init(_ neighbors: [[Int]]) {
    let count = neighbors.count
    parent = [Int?](repeating: nil, count: count)
    children = [[Int]](repeating: [], count: count)
    var isPlaced = [Bool](repeating: false, count: count)
    for start in 0..<count where !isPlaced[start] {
      let piece = Self.search(from: start, neighbors).order
      var best = (height: Int.max, root: start)
      for vertex in piece.sorted() {
        let height = Self.search(from: vertex, neighbors).height
        if height < best.height { best = (height, vertex) }
      }
      let tree = Self.search(from: best.root, neighbors)
      height = max(height, tree.height)
      for vertex in tree.order {
        isPlaced[vertex] = true
        guard let above = tree.parent[vertex] else { continue }
        parent[vertex] = above
        children[above].append(vertex)
      }
    }
    for vertex in children.indices { children[vertex].sort() }
  }

  private static func search(
    from root: Int, _ neighbors: [[Int]]
  ) -> (order: [Int], parent: [Int?], height: Int) {
    var parent = [Int?](repeating: nil, count: neighbors.count)
    var depth = [Int](repeating: -1, count: neighbors.count)
    var order = [root]
    depth[root] = 0
    var next = 0
    while next < order.count {
      let vertex = order[next]
      next += 1
      for other in neighbors[vertex] where depth[other] < 0 {
        depth[other] = depth[vertex] + 1
        parent[other] = vertex
        order.append(other)
      }
    }
    return (order, parent, depth[order[order.count - 1]])
  }
}
