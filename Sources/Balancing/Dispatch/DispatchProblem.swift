import ConvexOptimization
import DCOptimalFlow
import GridModel

/// The cheapest way to meet a demand without a network: the injections of all units sum to the demand
/// of all agents, in each connected piece of the graph of who talks with whom.
///
/// A decision is the injections of an agent's units, in per unit.
public struct DispatchProblem: BalancingProblem {
  public struct Duty: Sendable {
    public var units: [DCUnit] = []
    public var demand = 0.0
  }

  public let duties: [Duty]
  /// For each agent those it may talk with, ascending.
  public let neighbors: [[Int]]
  public let optimum: Double?
  /// What one per unit is, in MW.
  public let base: Double

  public var agentCount: Int { duties.count }

  public init(duties: [Duty], neighbors: [[Int]], optimum: Double? = nil, base: Double = 100) {
    precondition(duties.count == neighbors.count, "One list of neighbours for each agent.")
    self.duties = duties
    self.neighbors = neighbors
    self.optimum = optimum
    self.base = base
  }

  /// The dispatch of a grid whose branches carry anything; agents own rows, and talk along branches.
  public init(_ grid: DCGrid, owner: [Int]? = nil, optimum: Double? = nil) {
    let owner = owner ?? Array(grid.buses.indices)
    let count = (owner.max() ?? -1) + 1
    var duties = [Duty](repeating: Duty(), count: count)
    for row in grid.buses.indices { duties[owner[row]].demand += grid.demand[row] }
    for unit in grid.units { duties[owner[unit.row]].units.append(unit) }
    var edges = [Set<Int>](repeating: [], count: count)
    for branch in grid.branches {
      let (a, b) = (owner[branch.from], owner[branch.to])
      guard a != b else { continue }
      edges[a].insert(b)
      edges[b].insert(a)
    }
    self.init(
      duties: duties, neighbors: edges.map { $0.sorted() }, optimum: optimum,
      base: grid.base.power_MVA)
  }

  /// The same problem after an agent's death: the first of its neighbours takes over its duties and
  /// knows its neighbours. Its decision, at the end of that neighbour's, is part of the answer still.
  public func without(_ dead: Int) -> DispatchProblem {
    guard let heir = neighbors[dead].first else { return self }
    var duties = duties
    duties[heir].units += duties[dead].units
    duties[heir].demand += duties[dead].demand
    duties[dead] = Duty()
    var edges = neighbors.map { Set($0) }
    for other in neighbors[dead] {
      edges[other].remove(dead)
      guard other != heir else { continue }
      edges[other].insert(heir)
      edges[heir].insert(other)
    }
    edges[dead] = []
    return DispatchProblem(
      duties: duties, neighbors: edges.map { $0.sorted() }, optimum: optimum, base: base)
  }

  /// A unit that stands nowhere in particular.
  static func unit(
    lower: Double, upper: Double, quadratic: Double, linear: Double
  ) -> DCUnit {
    DCUnit(
      element: ElementReference(.generator, ""), row: 0, lower: lower, upper: upper,
      cost: .quadratic(quadratic, linear: linear, constant: 0))
  }

  public func assess(_ decisions: [[Double]]) -> Assessment {
    var (cost, violation) = (0.0, 0.0)
    let tree = SpanningTree(neighbors)
    var mismatch = duties.map { -$0.demand }
    for (agent, decision) in decisions.enumerated() {
      for (unit, injection) in zip(duties[agent].units, decision) {
        cost += unit.cost(injection)
        violation = max(violation, unit.lower - injection, injection - unit.upper)
        mismatch[agent] += injection
      }
    }
    // Each piece's mismatch gathers at its root.
    for agent in decisions.indices {
      var root = agent
      while let parent = tree.parent[root] { root = parent }
      if root != agent {
        mismatch[root] += mismatch[agent]
        mismatch[agent] = 0
      }
    }
    for value in mismatch { violation = max(violation, abs(value)) }
    return Assessment(objective: cost, violation: violation)
  }
}
