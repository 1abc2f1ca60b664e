import ConvexOptimization
import Testing

/// Checks the conditions of Karush, Kuhn and Tucker with plain loops: they are sufficient for a convex
/// program.
func expectOptimal(
  _ solution: QuadraticSolution, of program: QuadraticProgram, tolerance: Double = 1e-6,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(solution.status == .optimal, sourceLocation: sourceLocation)
  guard solution.status == .optimal else { return }
  let x = solution.primal
  var gradient = program.linear
  var size = program.linear.map { abs($0) }
  var rowValues = [Double](repeating: 0, count: program.rowCount)
  var rowSizes = rowValues.map { _ in 1.0 }
  for column in 0..<program.variableCount {
    for entry in program.quadratic.entries(ofColumn: column) {
      let row = Int(program.quadratic.rows[entry])
      let value = program.quadratic.values[entry]
      gradient[row] += value * x[column]
      size[row] = max(size[row], abs(value * x[column]))
      if row != column {
        gradient[column] += value * x[row]
        size[column] = max(size[column], abs(value * x[row]))
      }
    }
    for entry in program.constraints.entries(ofColumn: column) {
      let row = Int(program.constraints.rows[entry])
      let value = program.constraints.values[entry]
      rowValues[row] += value * x[column]
      rowSizes[row] = max(rowSizes[row], abs(value * x[column]))
      gradient[column] += value * solution.rowDuals[row]
      size[column] = max(size[column], abs(value * solution.rowDuals[row]))
    }
  }
  let largest = size.reduce(1) { max($0, $1) }
  for variable in gradient.indices {
    let rest = gradient[variable] + solution.boundDuals[variable]
    #expect(abs(rest) <= tolerance * largest, "stationarity", sourceLocation: sourceLocation)
  }
  let worth = max(1, abs(solution.objective))
  func check(_ value: Double, _ lower: Double, _ upper: Double, _ dual: Double, _ size: Double) {
    #expect(
      value >= lower - tolerance * size && value <= upper + tolerance * size, "feasibility",
      sourceLocation: sourceLocation)
    // Only an upper limit has a positive dual, only a lower one a negative.
    let slack = dual > 0 ? upper - value : value - lower
    #expect(
      dual == 0 || abs(dual * min(abs(slack), 1e12)) <= tolerance * worth, "complementarity",
      sourceLocation: sourceLocation)
  }
  let points = x.reduce(1) { max($0, abs($1)) }
  let rowPoints = rowSizes.reduce(1) { max($0, $1) }
  for row in rowValues.indices {
    check(
      rowValues[row], program.rowLower[row], program.rowUpper[row], solution.rowDuals[row],
      rowPoints)
  }
  for variable in x.indices {
    check(
      x[variable], program.lower[variable], program.upper[variable],
      solution.boundDuals[variable], points)
  }
}
