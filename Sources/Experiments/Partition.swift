import DCOptimalFlow
import GridModel
import SeededRandom

/// How the buses of a grid are shared out among agents.
public enum Partition: Sendable, Equatable {
  /// By the column of a case, or the key of a topology's buses.
  case area
  case zone
  /// By the segments of a topology.
  case segments
  /// Every bus for itself.
  case bus
  /// Lists of buses; the agents are called 0, 1, ….
  case buses([[String]])
  /// So many connected parts, drawn by a seed.
  case random(Int, seed: UInt64)

  /// Who owns the rows of a grid.
  public struct Shares: Sendable {
    /// The names of the agents, in order.
    public var names: [String]
    /// The agent of each row.
    public var owner: [Int]
  }

  /// Shares out a grid.
  ///
  /// - Throws: a sentence when a bus is nobody's, or there is nothing to go by.
  public func shares(of grid: DCGrid, _ topology: Topology) throws(ExperimentFault) -> Shares {
    switch self {
    case .area: try Self.group(grid, topology, "area", \.area)
    case .zone: try Self.group(grid, topology, "zone", \.zone)
    case .segments: try Self.segments(grid, topology)
    case .bus: Shares(names: grid.buses.map(\.text), owner: Array(grid.buses.indices))
    case .buses(let lists): try Self.lists(lists, grid)
    case .random(let count, let seed): try Self.draw(count, seed, grid)
    }
  }

  /// What a kind of problem suggests.
  public static func suggested(for kind: ProblemKind, _ topology: Topology) -> Partition {
    if kind == .dispatch { return .bus }
    if !topology.segments.isEmpty { return .segments }
    return .area
  }

  private static func group(
    _ grid: DCGrid, _ topology: Topology, _ word: String, _ key: (Bus) -> String?
  ) throws(ExperimentFault) -> Shares {
    let keys = Dictionary(topology.buses.map { ($0.id, key($0)) }, uniquingKeysWith: { a, _ in a })
    var numbers: [String: Int] = [:]
    var shares = Shares(names: [], owner: [])
    for bus in grid.buses {
      guard let name = keys[bus] ?? nil else {
        throw ExperimentFault("bus '\(bus.text)' has no \(word), so nobody would own it")
      }
      shares.owner.append(number(of: name, &numbers, &shares.names))
    }
    return shares
  }

  private static func number(
    of name: String, _ numbers: inout [String: Int], _ names: inout [String]
  ) -> Int {
    if let known = numbers[name] { return known }
    numbers[name] = names.count
    names.append(name)
    return names.count - 1
  }

  private static func segments(
    _ grid: DCGrid, _ topology: Topology
  ) throws(ExperimentFault) -> Shares {
    guard !topology.segments.isEmpty else {
      throw ExperimentFault(
        "the grid has no segments; give the experiment another 'partition', for example 'area' or "
          + "'{random: 3, seed: 1}'")
    }
    var owner: [Bus.ID: Int] = [:]
    for (number, segment) in topology.segments.enumerated() {
      for bus in segment.buses { owner[bus] = number }
    }
    var shares = Shares(names: topology.segments.map(\.id.text), owner: [])
    for bus in grid.buses {
      guard let number = owner[bus] else {
        throw ExperimentFault("bus '\(bus.text)' is in no segment")
      }
      shares.owner.append(number)
    }
    return shares.withoutEmpty
  }

  private static func lists(_ lists: [[String]], _ grid: DCGrid) throws(ExperimentFault) -> Shares {
    var owner: [String: Int] = [:]
    for (number, list) in lists.enumerated() {
      for bus in list {
        if let other = owner[bus], other != number {
          throw ExperimentFault("bus '\(bus)' is in the lists \(other) and \(number)")
        }
        owner[bus] = number
      }
    }
    let known = Set(grid.buses.map(\.text))
    var shares = Shares(names: lists.indices.map { "\($0)" }, owner: [])
    for bus in grid.buses {
      guard let number = owner[bus.text] else {
        throw ExperimentFault("bus '\(bus.text)' is in no list of the partition")
      }
      shares.owner.append(number)
    }
    // A bus that a closed switch makes one with another has no row of its own.
    if let stranger = owner.keys.sorted().first(where: { !known.contains($0) }), known.count > 0,
      lists.joined().count > grid.buses.count
    {
      throw ExperimentFault("the partition names bus '\(stranger)', which the grid does not have")
    }
    return shares.withoutEmpty
  }

  /// Parts grow from drawn buses, one bus at a time, the smallest first.
  private static func draw(
    _ count: Int, _ seed: UInt64, _ grid: DCGrid
  ) throws(ExperimentFault) -> Shares {
    let size = grid.buses.count
    guard count <= size else {
      throw ExperimentFault("\(size) buses cannot be shared out among \(count) agents")
    }
    var neighbors = [[Int]](repeating: [], count: size)
    for branch in grid.branches {
      neighbors[branch.from].append(branch.to)
      neighbors[branch.to].append(branch.from)
    }
    var random = SeededGenerator(seed: seed)
    var owner = [Int](repeating: -1, count: size)
    var edges = [[Int]](repeating: [], count: count)
    var sizes = [Int](repeating: 0, count: count)
    func take(_ row: Int, _ agent: Int) {
      owner[row] = agent
      sizes[agent] += 1
      edges[agent] += neighbors[row]
    }
    for agent in 0..<count {
      var row = random.next(below: size)
      while owner[row] >= 0 { row = (row + 1) % size }
      take(row, agent)
    }
    while let agent = (0..<count).filter({ !edges[$0].isEmpty }).min(by: { sizes[$0] < sizes[$1] })
    {
      let place = random.next(below: edges[agent].count)
      let row = edges[agent][place]
      edges[agent].swapAt(place, edges[agent].count - 1)
      edges[agent].removeLast()
      if owner[row] < 0 { take(row, agent) }
    }
    // An island that no part reached is the last one's.
    for row in 0..<size where owner[row] < 0 { owner[row] = count - 1 }
    return Shares(names: (0..<count).map { "\($0)" }, owner: owner)
  }
}

extension Partition.Shares {
  /// Without agents that own nothing.
  fileprivate var withoutEmpty: Partition.Shares {
    let used = Set(owner).sorted()
    let number = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    return Partition.Shares(names: used.map { names[$0] }, owner: owner.map { number[$0]! })
  }
}

extension SeededGenerator {
  fileprivate mutating func next(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
