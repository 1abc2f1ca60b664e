/// A convex quadratic program:
///
///     minimise    ½ xᵀ P x + qᵀ x + c
///     subject to  rowLower ≤ A x ≤ rowUpper
///                 lower    ≤   x ≤ upper
///
/// An equality is a row whose limits are equal. A limit that is not there is infinite. The program
/// has no units of its own: a caller brings them, and gets duals in cost per unit of the row.
public struct QuadraticProgram: Sendable, Equatable {
  /// The upper triangle of P, shape `[variableCount, variableCount]`; P is positive semidefinite.
  public var quadratic: SparseMatrix
  /// q, shape `[variableCount]`.
  public var linear: [Double]
  /// c: what is paid in any case.
  public var constant = 0.0
  /// A, shape `[rowCount, variableCount]`.
  public var constraints: SparseMatrix
  /// Shape `[rowCount]`.
  public var rowLower: [Double]
  public var rowUpper: [Double]
  /// Shape `[variableCount]`.
  public var lower: [Double]
  public var upper: [Double]

  public var variableCount: Int { linear.count }
  public var rowCount: Int { rowLower.count }

  /// Limits from this magnitude on count as none.
  public static let unlimited = 1e20

  public init(
    quadratic: SparseMatrix, linear: [Double], constant: Double = 0, constraints: SparseMatrix,
    rowLower: [Double], rowUpper: [Double], lower: [Double], upper: [Double]
  ) {
    self.quadratic = quadratic
    self.linear = linear
    self.constant = constant
    self.constraints = constraints
    self.rowLower = rowLower
    self.rowUpper = rowUpper
    self.lower = lower
    self.upper = upper
  }

  /// ½ xᵀ P x + qᵀ x + c.
  public func objective(at x: [Double]) -> Double {
    let gradient = quadratic.multiplySymmetric(x)
    return x.indices.reduce(constant) { $0 + (gradient[$1] / 2 + linear[$1]) * x[$1] }
  }

  /// The furthest that a point lies outside a limit, in the units of that row or variable.
  public func violation(at x: [Double]) -> Double {
    let values = constraints.multiply(x)
    var worst = 0.0
    for row in values.indices {
      worst = max(worst, rowLower[row] - values[row], values[row] - rowUpper[row])
    }
    for variable in x.indices {
      worst = max(worst, lower[variable] - x[variable], x[variable] - upper[variable])
    }
    return worst
  }

  /// Finds what no solver should see; `solve` and `InteriorPointSolver` call it.
  ///
  /// That P is positive semidefinite is checked as far as its diagonal and its two-by-two minors
  /// tell.
  public func check() throws(QuadraticProgramError) {
    try checkShapes()
    try checkNumbers()
    try checkCurvature()
  }

  private func checkShapes() throws(QuadraticProgramError) {
    let shapes = [
      ("P", quadratic.rowCount, variableCount), ("P", quadratic.columnCount, variableCount),
      ("A", constraints.rowCount, rowCount), ("A", constraints.columnCount, variableCount),
      ("rowUpper", rowUpper.count, rowCount), ("lower", lower.count, variableCount),
      ("upper", upper.count, variableCount),
      ("the values of P", quadratic.values.count, quadratic.entryCount),
      ("the values of A", constraints.values.count, constraints.entryCount),
    ]
    for (name, found, expected) in shapes where found != expected {
      throw .shape(name, found: found, expected: expected)
    }
    for column in 0..<variableCount {
      for entry in quadratic.entries(ofColumn: column) where quadratic.rows[entry] > column {
        throw .belowDiagonal(row: Int(quadratic.rows[entry]), column: column)
      }
    }
  }

  private func checkNumbers() throws(QuadraticProgramError) {
    func check(_ name: String, _ values: [Double]) throws(QuadraticProgramError) {
      guard let position = values.firstIndex(where: { !$0.isFinite }) else { return }
      throw .notFinite(name, position: position, value: values[position])
    }
    try check("P", quadratic.values)
    try check("q", linear)
    try check("c", [constant])
    try check("A", constraints.values)
    // A lower limit of +∞ can never be met, nor an upper one of -∞.
    func checkLimits(
      _ name: String, _ values: [Double], sign: Double
    ) throws(QuadraticProgramError) {
      let position = values.firstIndex { $0.isNaN || sign * $0 >= Self.unlimited }
      if let position { throw .notFinite(name, position: position, value: values[position]) }
    }
    try checkLimits("rowLower", rowLower, sign: 1)
    try checkLimits("rowUpper", rowUpper, sign: -1)
    try checkLimits("lower", lower, sign: 1)
    try checkLimits("upper", upper, sign: -1)
  }

  private func checkCurvature() throws(QuadraticProgramError) {
    guard quadratic.entryCount > 0 else { return }
    var diagonal = [Double](repeating: 0, count: variableCount)
    for column in 0..<variableCount {
      for entry in quadratic.entries(ofColumn: column) where quadratic.rows[entry] == column {
        diagonal[column] = quadratic.values[entry]
      }
      if diagonal[column] < 0 { throw .notConvex(variable: column, curvature: diagonal[column]) }
    }
    for column in 0..<variableCount {
      for entry in quadratic.entries(ofColumn: column) {
        let value = quadratic.values[entry]
        let bound = diagonal[column] * diagonal[Int(quadratic.rows[entry])]
        if value * value > bound * (1 + 1e-9) {
          throw .notConvex(variable: column, curvature: bound - value * value)
        }
      }
    }
  }
}

/// Why a quadratic program is refused.
public enum QuadraticProgramError: Error, Equatable {
  case shape(String, found: Int, expected: Int)
  case belowDiagonal(row: Int, column: Int)
  case notFinite(String, position: Int, value: Double)
  case notConvex(variable: Int, curvature: Double)
}

extension QuadraticProgramError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shape(let name, let found, let expected):
      "\(name) has \(found) entries in one direction where \(expected) are needed"
    case .belowDiagonal(let row, let column):
      "P is given by its upper triangle; it has an entry at row \(row), column \(column)"
    case .notFinite(let name, let position, let value):
      "\(name) holds \(value) at position \(position)"
    case .notConvex(let variable, let curvature):
      "the cost is not convex: it bends down by \(curvature) along variable \(variable)"
    }
  }
}
