import Balancing
import GridModel
import PowerFlow

extension Partition {
  /// What every segment gets to know, by id, ascending; in a twin that balances also with whom.
  package func slices() -> [SegmentSlice] {
    var slices = segments.map(slice)
    guard let balancing = topology.balancing, balancing.algorithm != .schedule else {
      return slices
    }
    let number = Dictionary(uniqueKeysWithValues: segments.enumerated().map { ($1, $0) })
    var edges = [Set<Int>](repeating: [], count: segments.count)
    for tie in ties where topology.carries(tie.element) {
      let (a, b) = (number[tie.fromOwner]!, number[tie.toOwner]!)
      edges[a].insert(b)
      edges[b].insert(a)
    }
    let neighbours = edges.map { $0.sorted() }
    let tree = SpanningTree(neighbours)
    let reach = neighbours.indices.map { Self.longestWay(from: $0, neighbours) }.max() ?? 0
    let price = balancing.highestPrice_per_MWh(in: topology)
    for position in slices.indices {
      slices[position].talks = SegmentTalks(
        neighbours: neighbours[position].map { segments[$0] },
        parent: tree.parent[position].map { segments[$0] },
        children: tree.children[position].map { segments[$0] }, reach: reach, price_per_MWh: price)
    }
    return slices
  }

  private static func longestWay(from start: Int, _ neighbours: [[Int]]) -> Int {
    var distance = [Int?](repeating: nil, count: neighbours.count)
    distance[start] = 0
    var order = [start]
    var next = 0
    while next < order.count {
      let vertex = order[next]
      next += 1
      for other in neighbours[vertex] where distance[other] == nil {
        distance[other] = distance[vertex]! + 1
        order.append(other)
      }
    }
    return distance[order[order.count - 1]]!
  }
}

extension Topology {
  /// Whether a branch element is in service with both ends closed, between buses in service.
  func carries(_ element: ElementReference) -> Bool {
    let isOpened = switches.contains { device in
      guard device.inService, !device.closed, case .end(let opened, _) = device.place else {
        return false
      }
      return opened == element
    }
    guard !isOpened, let ends = ends(of: element) else { return false }
    let out = (buses + foreignBuses).filter { !$0.inService }.map(\.id)
    return !out.contains(ends.from) && !out.contains(ends.to)
  }

  /// The buses at both ends of a branch element in service.
  func ends(of element: ElementReference) -> (from: Bus.ID, to: Bus.ID)? {
    func find(_ elements: [some BranchElement]) -> (from: Bus.ID, to: Bus.ID)? {
      elements.first { $0.id.text == element.id && $0.inService }.map { ($0.from, $0.to) }
    }
    return switch element.kind {
    case .line: find(lines)
    case .branch: find(branches)
    case .transformer: find(transformers)
    default: nil
    }
  }
}

extension BalancingPlan {
  /// What a MWh costs at most while the grid is under its usual load.
  func highestPrice_per_MWh(in topology: Topology) -> Double {
    let load_MW = topology.loads.filter(\.inService).reduce(0) { $0 + $1.p_MW }
    let each_MW = load_MW / Double(max(1, imports.count))
    let imported = imports.map { $0.cost.slope(at: each_MW) }
    let generated = topology.generators.filter(\.inService).compactMap { machine in
      machine.cost.map { $0.slope(at: machine.p_MW) }
    }
    return (imported + generated).map(abs).max().flatMap { $0 > 0 ? $0 : nil } ?? 1
  }
}

extension Generator.Cost {
  /// The coefficients up to the square, the constant first.
  ///
  /// What is balanced has no other costs: the reader sees to that.
  var square: (constant: Double, linear: Double, quadratic: Double) {
    guard case .polynomial(let coefficients) = self else { return (0, 0, 0) }
    let ascending = Array(coefficients.reversed())
    func at(_ place: Int) -> Double { place < ascending.count ? ascending[place] : 0 }
    return (at(0), at(1), at(2))
  }

  func slope(at p_MW: Double) -> Double { square.linear + 2 * square.quadratic * p_MW }

  func callAsFunction(_ p_MW: Double) -> Double {
    let square = square
    return square.constant + p_MW * (square.linear + p_MW * square.quadratic)
  }
}
