/// A grid as a partitioner sees it: vertices of some size, joined by edges of some weight.
///
/// A vertex stands for buses that must stay together, its size for how many they are; an edge's
/// weight is the number of branches between its vertices. Compressed rows, neighbours ascending.
struct BusGraph: Sendable {
  /// Shape `[vertexCount]`.
  let sizes: [Int]
  /// Shape `[vertexCount + 1]`.
  let starts: [Int]
  let neighbours: [Int]
  let weights: [Int]

  var vertexCount: Int { sizes.count }
  var totalSize: Int { sizes.reduce(0, +) }

  /// Edges given twice become one of their joint weight; an edge from a vertex to itself is none.
  init(sizes: [Int], edges: [(a: Int, b: Int, weight: Int)]) {
    var rows = [[(neighbour: Int, weight: Int)]](repeating: [], count: sizes.count)
    for edge in edges where edge.a != edge.b {
      rows[edge.a].append((edge.b, edge.weight))
      rows[edge.b].append((edge.a, edge.weight))
    }
    var starts = [0]
    var neighbours: [Int] = []
    var weights: [Int] = []
    for row in rows {
      var last = -1
      for (neighbour, weight) in row.sorted(by: { $0.neighbour < $1.neighbour }) {
        if neighbour == last {
          weights[weights.count - 1] += weight
        } else {
          neighbours.append(neighbour)
          weights.append(weight)
          last = neighbour
        }
      }
      starts.append(neighbours.count)
    }
    self.sizes = sizes
    self.starts = starts
    self.neighbours = neighbours
    self.weights = weights
  }

  func edges(of vertex: Int) -> Range<Int> { starts[vertex]..<starts[vertex + 1] }

  /// The graph between some of the vertices, which are numbered by their place in the list.
  func part(_ vertices: [Int]) -> BusGraph {
    var number = [Int](repeating: -1, count: vertexCount)
    for (position, vertex) in vertices.enumerated() { number[vertex] = position }
    var edges: [(a: Int, b: Int, weight: Int)] = []
    for vertex in vertices {
      for edge in self.edges(of: vertex) where neighbours[edge] > vertex {
        let other = number[neighbours[edge]]
        if other >= 0 { edges.append((number[vertex], other, weights[edge])) }
      }
    }
    return BusGraph(sizes: vertices.map { sizes[$0] }, edges: edges)
  }

  /// The connected pieces of the vertices for which `isIn` holds, by their lowest vertex.
  func pieces(where isIn: (Int) -> Bool) -> [[Int]] {
    var isSeen = [Bool](repeating: false, count: vertexCount)
    var pieces: [[Int]] = []
    for first in 0..<vertexCount where !isSeen[first] && isIn(first) {
      var piece = [first]
      isSeen[first] = true
      var next = 0
      while next < piece.count {
        for edge in edges(of: piece[next]) {
          let neighbour = neighbours[edge]
          if !isSeen[neighbour], isIn(neighbour) {
            isSeen[neighbour] = true
            piece.append(neighbour)
          }
        }
        next += 1
      }
      pieces.append(piece)
    }
    return pieces
  }

  /// Whether the neighbours of a vertex among those for which `isIn` holds are still joined to each
  /// other without it.
  func staysConnected(without vertex: Int, where isIn: (Int) -> Bool) -> Bool {
    let kin = edges(of: vertex).map { neighbours[$0] }.filter(isIn)
    guard kin.count > 1 else { return true }
    var reached: Set = [vertex, kin[0]]
    var path = [kin[0]]
    var missing = Set(kin.dropFirst())
    // Breadth first: what is near is joined near.
    var next = 0
    while next < path.count {
      for edge in edges(of: path[next]) where isIn(neighbours[edge]) {
        let neighbour = neighbours[edge]
        guard reached.insert(neighbour).inserted else { continue }
        missing.remove(neighbour)
        if missing.isEmpty { return true }
        path.append(neighbour)
      }
      next += 1
    }
    return false
  }
}
