import ConvexOptimization
import GridModel

/// The optimal flow as a quadratic program: angles first, then injections, then what piecewise costs
/// need; balances first, then bands, then pieces.
public struct DCProgram: Sendable {
  public let program: QuadraticProgram
  /// The row of each branch's band, `nil` where it has none.
  public let bandRow: [Int?]

  public init(_ grid: DCGrid) {
    var builder = QuadraticProgramBuilder()
    let given = Dictionary(
      grid.references.map { ($0.row, $0.angle) }, uniquingKeysWith: { a, _ in a })
    for row in grid.buses.indices {
      builder.addVariable(lower: given[row] ?? -.infinity, upper: given[row] ?? .infinity)
    }
    for unit in grid.units { builder.addVariable(lower: unit.lower, upper: unit.upper) }
    for demand in grid.demand { builder.addRow([], equals: demand) }
    for (position, unit) in grid.units.enumerated() {
      builder.addTerm(toRow: unit.row, variable: grid.buses.count + position, 1)
    }
    for branch in grid.branches {
      let b = branch.susceptance
      for (row, sign) in [(branch.from, -1.0), (branch.to, 1.0)] {
        builder.addTerm(toRow: row, variable: branch.from, sign * b)
        builder.addTerm(toRow: row, variable: branch.to, -sign * b)
        if branch.shift != 0 { builder.shiftRow(row, by: sign * b * branch.shift) }
      }
    }
    bandRow = grid.branches.map { branch in
      branch.band.map { band in
        builder.addRow(
          [(branch.from, branch.susceptance), (branch.to, -branch.susceptance)],
          lower: band.lower, upper: band.upper)
      }
    }
    for (position, unit) in grid.units.enumerated() {
      let variable = grid.buses.count + position
      switch unit.cost {
      case .quadratic(let quadratic, let linear, let constant):
        if quadratic != 0 { builder.addCost(of: variable, times: variable, quadratic) }
        builder.addCost(of: variable, linear)
        builder.addConstantCost(constant)
      case .piecewise(let cost): builder.addCost(of: variable, cost)
      }
    }
    program = builder.program()
  }

  /// The elements that a proof of infeasibility leans on, those with most weight first.
  func conflict(_ proof: InfeasibilityCertificate, _ grid: DCGrid) -> [ElementReference] {
    var weights: [(element: ElementReference, weight: Double)] = []
    for (branch, row) in zip(grid.branches, bandRow) {
      guard let row else { continue }
      weights.append((branch.element, max(proof.rowLower[row], proof.rowUpper[row])))
    }
    for (position, unit) in grid.units.enumerated() {
      let variable = grid.buses.count + position
      weights.append((unit.element, max(proof.lower[variable], proof.upper[variable])))
    }
    let largest = weights.reduce(0) { max($0, $1.weight) }
    // The multipliers are those of an interior point: small ones stand for none.
    return weights.filter { $0.weight > 1e-2 * largest }
      .sorted { $0.weight > $1.weight }.map(\.element)
  }
}
