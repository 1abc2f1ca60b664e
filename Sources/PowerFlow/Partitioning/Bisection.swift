import SeededRandom

/// Cuts a connected graph into two connected sides of given shares, with few branches between them.
///
/// Multilevel: neighbours are merged until the graph is small, a side is grown there, and the cut is
/// improved at every level on the way back.
///
/// Sources: G. Karypis and V. Kumar, "A fast and high quality multilevel scheme for partitioning
/// irregular graphs", SIAM J. Sci. Comput. 20(1), 1998; C. M. Fiduccia and R. M. Mattheyses, "A
/// linear-time heuristic for improving network partitions", DAC 1982.
struct Bisection {
  /// A graph of so few vertices is cut as it is.
  private static let coarsestCount = 48
  /// Cuts of which the best is taken.
  private static let attempts = 3
  /// Sides grown on the coarsest graph, of which the best is taken.
  private static let growths = 6

  let graph: BusGraph
  /// How large the second side should be.
  let target: Int
  /// How far its size may be from that.
  let slack: Int

  /// - Parameter parts: how many segments each side will hold; sizes follow in proportion.
  init(_ graph: BusGraph, parts: (first: Int, second: Int)) {
    let total = graph.totalSize
    let target = total * parts.second / (parts.first + parts.second)
    // What one cut is off adds to what the cuts below it are off: together at most a twentieth.
    let levels = Int.bitWidth - (parts.first + parts.second - 1).leadingZeroBitCount
    self.init(
      graph: graph, target: target, slack: max(min(target, total - target) / (40 * levels), 1))
  }

  private init(graph: BusGraph, target: Int, slack: Int) {
    self.graph = graph
    self.target = target
    self.slack = slack
  }

  /// For each vertex, whether it is on the second side. Both sides are connected if the graph is.
  func sides(_ random: inout SeededGenerator) -> [Bool] {
    var best: (cost: Int, sides: [Bool])?
    for _ in 0..<Self.attempts {
      var sides = connected(cut(&random))
      balance(&sides)
      let cost = cost(of: sides)
      if best == nil || cost < best!.cost { best = (cost, sides) }
    }
    return best!.sides
  }

  private func cut(_ random: inout SeededGenerator) -> [Bool] {
    if graph.vertexCount > Self.coarsestCount {
      let merged = mergedNeighbours(&random)
      if merged.count < graph.vertexCount * 9 / 10 {
        let coarse = coarse(merged)
        let sides = Bisection(graph: coarse, target: target, slack: slack).cut(&random)
        var own = merged.numberOf.map { sides[$0] }
        improve(&own)
        return own
      }
    }
    var best: (cost: Int, sides: [Bool])?
    for _ in 0..<Self.growths {
      var sides = grown(from: Int.random(in: 0..<graph.vertexCount, using: &random))
      improve(&sides)
      let cost = cost(of: sides)
      if best == nil || cost < best!.cost { best = (cost, sides) }
    }
    return best!.sides
  }

  /// Cut weight, and far more for each bus that a side has too many.
  private func cost(of sides: [Bool]) -> Int {
    var cut = 0
    var size = 0
    for vertex in 0..<graph.vertexCount {
      if sides[vertex] { size += graph.sizes[vertex] }
      for edge in graph.edges(of: vertex) where sides[graph.neighbours[edge]] != sides[vertex] {
        cut += graph.weights[edge]
      }
    }
    return cut / 2 + 1_000 * excess(size)
  }

  private func excess(_ size: Int) -> Int { max(0, abs(size - target) - slack) }

  // MARK: Coarsening

  /// A numbering of the vertices in which merged ones share a number.
  private struct Merging {
    var numberOf: [Int]
    var count: Int
  }

  /// Merges each vertex with the neighbour to which most branches go, smaller ones first of equals.
  private func mergedNeighbours(_ random: inout SeededGenerator) -> Merging {
    let limit = max(2, graph.totalSize / 16)
    var merging = Merging(numberOf: [Int](repeating: -1, count: graph.vertexCount), count: 0)
    for vertex in (0..<graph.vertexCount).shuffled(using: &random)
    where merging.numberOf[vertex] < 0 {
      var partner = -1
      var best = (weight: 0, size: 0)
      for edge in graph.edges(of: vertex) {
        let neighbour = graph.neighbours[edge]
        let size = graph.sizes[neighbour]
        guard merging.numberOf[neighbour] < 0, graph.sizes[vertex] + size <= limit else { continue }
        let weight = graph.weights[edge]
        if partner < 0 || weight > best.weight || (weight == best.weight && size < best.size) {
          partner = neighbour
          best = (weight, size)
        }
      }
      merging.numberOf[vertex] = merging.count
      if partner >= 0 { merging.numberOf[partner] = merging.count }
      merging.count += 1
    }
    return merging
  }

  private func coarse(_ merging: Merging) -> BusGraph {
    var sizes = [Int](repeating: 0, count: merging.count)
    var edges: [(a: Int, b: Int, weight: Int)] = []
    for vertex in 0..<graph.vertexCount {
      let own = merging.numberOf[vertex]
      sizes[own] += graph.sizes[vertex]
      for edge in graph.edges(of: vertex) where graph.neighbours[edge] > vertex {
        edges.append((own, merging.numberOf[graph.neighbours[edge]], graph.weights[edge]))
      }
    }
    return BusGraph(sizes: sizes, edges: edges)
  }

  // MARK: Growing

  /// Takes in, from a start, the vertex that adds least to the cut, until the side is large enough.
  private func grown(from start: Int) -> [Bool] {
    var sides = [Bool](repeating: false, count: graph.vertexCount)
    var rim = [start]
    var isKnown = sides
    isKnown[start] = true
    var size = 0
    while size < target, !rim.isEmpty {
      var best = 0
      var bestGain = Int.min
      for (position, vertex) in rim.enumerated() {
        let gain = gain(of: vertex, in: sides)
        if gain > bestGain || (gain == bestGain && vertex < rim[best]) {
          best = position
          bestGain = gain
        }
      }
      let vertex = rim.remove(at: best)
      sides[vertex] = true
      size += graph.sizes[vertex]
      for edge in graph.edges(of: vertex) where !isKnown[graph.neighbours[edge]] {
        isKnown[graph.neighbours[edge]] = true
        rim.append(graph.neighbours[edge])
      }
    }
    return sides
  }

  /// By how much the cut shrinks when a vertex changes its side.
  private func gain(of vertex: Int, in sides: [Bool]) -> Int {
    var gain = 0
    for edge in graph.edges(of: vertex) {
      gain +=
        sides[graph.neighbours[edge]] == sides[vertex] ? -graph.weights[edge] : graph.weights[edge]
    }
    return gain
  }

  // MARK: Improving

  private static let maximumPasses = 8
  /// A pass ends after so many moves without a better cut.
  private static let patience = 60

  private func improve(_ sides: inout [Bool]) {
    for _ in 0..<Self.maximumPasses where !improveOnce(&sides) { return }
  }

  /// Moves vertex after vertex, the best first, also when the cut grows for a while, and goes back
  /// to the best cut on the way. Returns whether it is better than before.
  private func improveOnce(_ sides: inout [Bool]) -> Bool {
    var size = 0
    var gains = [Int](repeating: 0, count: graph.vertexCount)
    var rim: [Int] = []
    var isOnRim = [Bool](repeating: false, count: graph.vertexCount)
    var isLocked = isOnRim
    for vertex in 0..<graph.vertexCount {
      if sides[vertex] { size += graph.sizes[vertex] }
      gains[vertex] = gain(of: vertex, in: sides)
      if graph.edges(of: vertex).contains(where: { sides[graph.neighbours[$0]] != sides[vertex] }) {
        rim.append(vertex)
        isOnRim[vertex] = true
      }
    }
    var moves: [Int] = []
    var change = (excess: excess(size), cut: 0)
    var best = (excess: change.excess, cut: 0, moves: 0)
    while moves.count < best.moves + Self.patience {
      var chosen = -1
      for (position, vertex) in rim.enumerated() {
        let moved = size + (sides[vertex] ? -graph.sizes[vertex] : graph.sizes[vertex])
        guard excess(moved) <= max(0, change.excess - 1) else { continue }
        if chosen < 0 || gains[vertex] > gains[rim[chosen]]
          || (gains[vertex] == gains[rim[chosen]] && vertex < rim[chosen])
        {
          chosen = position
        }
      }
      guard chosen >= 0 else { break }
      let vertex = rim[chosen]
      rim.swapAt(chosen, rim.count - 1)
      rim.removeLast()
      isLocked[vertex] = true
      size += sides[vertex] ? -graph.sizes[vertex] : graph.sizes[vertex]
      change = (excess(size), change.cut - gains[vertex])
      sides[vertex].toggle()
      moves.append(vertex)
      for edge in graph.edges(of: vertex) {
        let neighbour = graph.neighbours[edge]
        gains[neighbour] +=
          (sides[neighbour] == sides[vertex] ? -2 : 2) * graph.weights[edge]
        if !isOnRim[neighbour], !isLocked[neighbour] {
          isOnRim[neighbour] = true
          rim.append(neighbour)
        }
      }
      if (change.excess, change.cut) < (best.excess, best.cut) {
        best = (change.excess, change.cut, moves.count)
      }
    }
    for vertex in moves[best.moves...] { sides[vertex].toggle() }
    return best.moves > 0
  }

  /// Leaves each side its largest piece: the rest of the first goes to the second, and then the
  /// other way round, after which both are connected.
  private func connected(_ sides: [Bool]) -> [Bool] {
    var sides = sides
    for side in [false, true] {
      let pieces = graph.pieces { sides[$0] == side }
      let sizes = pieces.map { $0.reduce(0) { $0 + graph.sizes[$1] } }
      guard let largest = sizes.indices.max(by: { sizes[$0] < sizes[$1] }) else { continue }
      for (position, piece) in pieces.enumerated() where position != largest {
        for vertex in piece { sides[vertex] = !side }
      }
    }
    return sides
  }

  /// Moves vertices to the side that is too small, the best first, and tears nothing apart.
  private func balance(_ sides: inout [Bool]) {
    var size = sides.indices.reduce(0) { $0 + (sides[$1] ? graph.sizes[$1] : 0) }
    while excess(size) > 0 {
      let from = size > target
      let rim = sides.indices.filter { vertex in
        sides[vertex] == from
          && excess(size + (from ? -graph.sizes[vertex] : graph.sizes[vertex])) < excess(size)
          && graph.edges(of: vertex).contains { sides[graph.neighbours[$0]] != from }
      }
      let gains = rim.map { gain(of: $0, in: sides) }
      let order = rim.indices.sorted { (-gains[$0], $0) < (-gains[$1], $1) }
      let chosen = order.first { position in
        graph.staysConnected(without: rim[position]) { sides[$0] == from }
      }
      guard let chosen else { return }
      sides[rim[chosen]].toggle()
      size += from ? -graph.sizes[rim[chosen]] : graph.sizes[rim[chosen]]
    }
  }
}
