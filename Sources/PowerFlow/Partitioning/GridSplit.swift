import GridModel

/// Cuts any grid into segments: connected, of about equal size, with few buses on their border.
///
/// Buses that must stay together do: those with a switch between them, however it stands, and those
/// that a branch without impedance joins. Branches in service hold a segment together, also one that
/// hangs open at an end. Islands of the grid are lined up as if each were joined to the next, so
/// only then a segment can have several pieces.
package struct GridSplit {
  /// Why a grid is not cut.
  package enum Refusal: Error, Equatable, CustomStringConvertible {
    case tooMany(asked: Int, possible: Int)

    package var description: String {
      switch self {
      case .tooMany(let asked, let possible):
        "the grid cannot be cut into \(asked) segments: at most \(possible), because a segment has "
          + "a bus and buses with a switch between them stay together"
      }
    }
  }

  private let topology: Topology
  private let graph: BusGraph
  /// The vertex of each bus, in the order of the topology.
  private let vertexOfBus: [Int]

  package init(_ topology: Topology) {
    self.topology = topology
    let row = Dictionary(
      uniqueKeysWithValues: topology.buses.enumerated().map { ($0.element.id, $0.offset) })
    var groups = DisjointSets(count: topology.buses.count)
    for device in topology.switches {
      if case .between(let a, let b) = device.place { groups.join(row[a]!, row[b]!) }
    }
    for branch in topology.branches where branch.r_pu == 0 && branch.x_pu == 0 {
      groups.join(row[branch.from]!, row[branch.to]!)
    }
    // Vertices are numbered by the name of the bus that stands for them, as the border is chosen.
    let fused = topology.fusedBuses()
    let roots = topology.buses.indices.map { groups.root(of: $0) }
    let names = topology.buses.map { fused.representative(of: $0.id)! }
    let ranked = Set(roots).sorted { names[$0] < names[$1] }
    let number = Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($1, $0) })
    let vertexOfBus = roots.map { number[$0]! }
    var sizes = [Int](repeating: 0, count: ranked.count)
    for vertex in vertexOfBus { sizes[vertex] += 1 }

    var edges: [(a: Int, b: Int, weight: Int)] = []
    func addEdges<B: BranchElement>(_ elements: [B]) {
      for element in elements where element.inService {
        edges.append((vertexOfBus[row[element.from]!], vertexOfBus[row[element.to]!], 1))
      }
    }
    addEdges(topology.lines)
    addEdges(topology.branches)
    addEdges(topology.transformers)
    let pieces = BusGraph(sizes: sizes, edges: edges).pieces { _ in true }
    for (piece, next) in zip(pieces, pieces.dropFirst()) { edges.append((piece[0], next[0], 0)) }
    self.vertexOfBus = vertexOfBus
    graph = BusGraph(sizes: sizes, edges: edges)
  }

  /// The segments, numbered in the order of their first buses in the document: `s1`, `s2`, …, or
  /// `s01` where there are ten and more, so that names sort as numbers do.
  ///
  /// The same grid, count and seed always give the same segments.
  package func segments(_ count: Int, seed: UInt64 = 1) throws(Refusal) -> [SegmentPlan] {
    precondition(count > 0, "At least one segment.")
    guard count <= graph.vertexCount else {
      throw .tooMany(asked: count, possible: graph.vertexCount)
    }
    let owners = GraphSplitting(graph: graph, count: count).owners(seed: seed)
    var buses: [[Bus.ID]] = []
    var position = [Int?](repeating: nil, count: count)
    for (bus, vertex) in zip(topology.buses, vertexOfBus) {
      let owner = owners[vertex]
      if position[owner] == nil {
        position[owner] = buses.count
        buses.append([])
      }
      buses[position[owner]!].append(bus.id)
    }
    let width = "\(count)".count
    return buses.enumerated().map { position, buses in
      let digits = "\(position + 1)"
      let zeros = String(repeating: "0", count: width - digits.count)
      return SegmentPlan(id: SegmentPlan.ID("s" + zeros + digits), buses: buses)
    }
  }
}
