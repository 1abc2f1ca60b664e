import ConvexOptimization
import DCOptimalFlow
import GridModel

/// The cheapest dispatch of a grid in the DC approximation, by segments that own its buses.
///
/// A decision is the angles of an agent's rows, in radians, then the injections of its units, in per
/// unit, both in the grid's order. Copies are of angles, numbered as rows, and of flows, numbered as
/// branches after them.
public struct FlowProblem: BalancingProblem {
  public let grid: DCGrid
  /// The agent that owns each row.
  public let owner: [Int]
  public let agentCount: Int
  public let optimum: Double?
  /// The rows and units of each agent, ascending.
  public let rows: [[Int]]
  public let units: [[Int]]

  public init(_ grid: DCGrid, owner: [Int], optimum: Double? = nil) {
    precondition(owner.count == grid.buses.count, "One owner for each row.")
    precondition(owner.allSatisfy { $0 >= 0 }, "Owners are numbered from zero.")
    self.grid = grid
    self.owner = owner
    self.optimum = optimum
    let count = (owner.max() ?? -1) + 1
    agentCount = count
    var rows = [[Int]](repeating: [], count: count)
    for row in owner.indices { rows[owner[row]].append(row) }
    var units = [[Int]](repeating: [], count: count)
    for unit in grid.units.indices { units[owner[grid.units[unit].row]].append(unit) }
    self.rows = rows
    self.units = units
  }

  public func assess(_ decisions: [[Double]]) -> Assessment {
    var angles = [Double](repeating: 0, count: grid.buses.count)
    var balance = grid.demand.map { -$0 }
    var cost = 0.0
    var violation = 0.0
    for agent in 0..<agentCount {
      let decision = decisions[agent]
      for (place, row) in rows[agent].enumerated() { angles[row] = decision[place] }
      for (place, number) in units[agent].enumerated() {
        let unit = grid.units[number]
        let injection = decision[rows[agent].count + place]
        balance[unit.row] += injection
        cost += unit.cost(injection)
        violation = max(violation, unit.lower - injection, injection - unit.upper)
      }
    }
    for reference in grid.references {
      violation = max(violation, abs(angles[reference.row] - reference.angle))
    }
    for branch in grid.branches {
      let (from, to) = (angles[branch.from], angles[branch.to])
      let flow = branch.flow(from: from, to: to)
      balance[branch.from] -= flow
      balance[branch.to] += flow
      if let band = branch.band {
        let value = branch.susceptance * (from - to)
        violation = max(violation, band.lower - value, value - band.upper)
      }
    }
    for mismatch in balance { violation = max(violation, abs(mismatch)) }
    return Assessment(objective: cost, violation: violation)
  }
}
