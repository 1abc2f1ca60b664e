import ConvexOptimization
import DCOptimalFlow

/// One region's part of an optimal DC flow: its rows, its units, its branches and its ties, with a copy
/// of the angle at the far end of each tie.
struct RegionProgram: Sendable {
  let agent: Int
  let program: QuadraticProgram
  /// Ascending; `shared` has a list for each, in an order that both regions know.
  let neighbors: [Int]
  let shared: [[Int]]
  let metrics: [LinkMetric]
  /// The variables of the decision, in its order.
  let decision: [Int]
  let unitCosts: [DCCost]
  let ownRowCount: Int
  let ties: [(quantity: Int, branch: DCBranch, from: Int, to: Int)]

  init(of agent: Int, in problem: FlowProblem, _ parameters: ConsensusADMM.Parameters) {
    let grid = problem.grid
    let rows = problem.rows[agent]
    let branches = grid.branches.indices.filter { number in
      let branch = grid.branches[number]
      return problem.owner[branch.from] == agent || problem.owner[branch.to] == agent
    }
    let isTie = { (number: Int) in
      problem.owner[grid.branches[number].from] != problem.owner[grid.branches[number].to]
    }
    var foreign: [Int] = []
    for number in branches where isTie(number) {
      let branch = grid.branches[number]
      foreign.append(problem.owner[branch.from] == agent ? branch.to : branch.from)
    }
    foreign = Array(Set(foreign)).sorted()
    var variable: [Int: Int] = [:]
    var given: [Int: Double] = [:]
    for reference in grid.references { given[reference.row] = reference.angle }

    var builder = QuadraticProgramBuilder()
    for row in rows {
      variable[row] = builder.addVariable(
        lower: given[row] ?? -.infinity, upper: given[row] ?? .infinity)
    }
    for row in foreign { variable[row] = builder.addVariable() }
    var balance: [Int: Int] = [:]
    for row in rows { balance[row] = builder.addRow([], equals: grid.demand[row]) }
    var unitVariables: [Int] = []
    for number in problem.units[agent] {
      let unit = grid.units[number]
      let injection = builder.addVariable(lower: unit.lower, upper: unit.upper)
      unitVariables.append(injection)
      builder.addTerm(toRow: balance[unit.row]!, variable: injection, 1)
    }
    for number in branches {
      let branch = grid.branches[number]
      let (from, to) = (variable[branch.from]!, variable[branch.to]!)
      let b = branch.susceptance
      for (row, sign) in [(branch.from, -1.0), (branch.to, 1.0)] {
        guard let balance = balance[row] else { continue }
        builder.addTerm(toRow: balance, variable: from, sign * b)
        builder.addTerm(toRow: balance, variable: to, -sign * b)
        if branch.shift != 0 { builder.shiftRow(balance, by: sign * b * branch.shift) }
      }
      if let band = branch.band {
        builder.addRow([(from, b), (to, -b)], lower: band.lower, upper: band.upper)
      }
    }
    for (injection, number) in zip(unitVariables, problem.units[agent]) {
      switch grid.units[number].cost {
      case .quadratic(let quadratic, let linear, let constant):
        if quadratic != 0 { builder.addCost(of: injection, times: injection, quadratic) }
        builder.addCost(of: injection, linear)
        builder.addConstantCost(constant)
      case .piecewise(let cost): builder.addCost(of: injection, cost)
      }
    }

    let others = Set(foreign.map { problem.owner[$0] }).sorted()
    metrics = others.map {
      LinkMetric(
        between: min(agent, $0), and: max(agent, $0), in: problem,
        angleWeight: parameters.angleWeight)
    }
    shared = metrics.map { $0.rows.map { variable[$0]! } }
    // The places of the penalties are made here, their values when the penalty is known.
    for list in shared {
      for (place, a) in list.enumerated() {
        for b in list[place...] { builder.addCost(of: a, times: b, 0) }
      }
    }
    ties = branches.filter(isTie).map { number in
      let branch = grid.branches[number]
      return (
        grid.buses.count + number, branch, variable[branch.from]!, variable[branch.to]!
      )
    }
    self.agent = agent
    program = builder.program()
    neighbors = others
    decision = rows.map { variable[$0]! } + unitVariables
    unitCosts = problem.units[agent].map { grid.units[$0].cost }
    ownRowCount = rows.count
  }
}
