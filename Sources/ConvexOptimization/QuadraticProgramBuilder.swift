/// Collects a quadratic program variable by variable and row by row.
///
/// ```swift
/// var builder = QuadraticProgramBuilder()
/// let wind = builder.addVariable(lower: 0, upper: 50)
/// let coal = builder.addVariable(lower: 20, upper: 100, linear: 30, quadratic: 0.2)
/// builder.addRow([(wind, 1), (coal, 1)], equals: 90)
/// let dispatch = try builder.program().solve()      // dispatch.rowDuals[0] is minus the price
/// ```
public struct QuadraticProgramBuilder: Sendable {
  private var linear: [Double] = []
  private var lower: [Double] = []
  private var upper: [Double] = []
  private var quadratic: [SparseMatrix.Entry] = []
  private var constant = 0.0
  private var entries: [SparseMatrix.Entry] = []
  private var rowLower: [Double] = []
  private var rowUpper: [Double] = []

  public var variableCount: Int { linear.count }
  public var rowCount: Int { rowLower.count }

  public init() {}

  /// Adds a variable with the cost ½ quadratic x² + linear x, and returns its number.
  @discardableResult
  public mutating func addVariable(
    lower: Double = -.infinity, upper: Double = .infinity, linear: Double = 0, quadratic: Double = 0
  ) -> Int {
    let variable = self.linear.count
    self.lower.append(lower)
    self.upper.append(upper)
    self.linear.append(linear)
    if quadratic != 0 { addCost(of: variable, times: variable, quadratic / 2) }
    return variable
  }

  /// Adds a row lower ≤ Σ coefficient × variable ≤ upper, and returns its number.
  @discardableResult
  public mutating func addRow(
    _ terms: [(variable: Int, coefficient: Double)], lower: Double = -.infinity,
    upper: Double = .infinity
  ) -> Int {
    let row = rowLower.count
    for term in terms {
      entries.append(.init(row: row, column: term.variable, value: term.coefficient))
    }
    rowLower.append(lower)
    rowUpper.append(upper)
    return row
  }

  /// Adds a row Σ coefficient × variable = value, and returns its number.
  @discardableResult
  public mutating func addRow(
    _ terms: [(variable: Int, coefficient: Double)], equals value: Double
  ) -> Int {
    addRow(terms, lower: value, upper: value)
  }

  /// Adds a term to a row that is there.
  public mutating func addTerm(toRow row: Int, variable: Int, _ coefficient: Double) {
    entries.append(.init(row: row, column: variable, value: coefficient))
  }

  /// Moves both limits of a row.
  public mutating func shiftRow(_ row: Int, by amount: Double) {
    rowLower[row] += amount
    rowUpper[row] += amount
  }

  /// Adds coefficient × first × second to the cost; of a variable with itself, coefficient x².
  public mutating func addCost(of first: Int, times second: Int, _ coefficient: Double) {
    quadratic.append(
      .init(
        row: min(first, second), column: max(first, second),
        value: first == second ? 2 * coefficient : coefficient))
  }

  /// Adds coefficient × variable to the cost.
  public mutating func addCost(of variable: Int, _ coefficient: Double) {
    linear[variable] += coefficient
  }

  /// Adds what is paid in any case.
  public mutating func addConstantCost(_ cost: Double) { constant += cost }

  /// Adds a convex piecewise-linear cost of a variable, as its epigraph: a variable t that is the
  /// cost, and a row t ≥ slope × x + intercept for each piece.
  ///
  /// - Returns: the variable t, or `nil` where one straight line is the whole cost.
  @discardableResult
  public mutating func addCost(of variable: Int, _ cost: PiecewiseLinearCost) -> Int? {
    guard cost.pieces.count > 1 else {
      addCost(of: variable, cost.pieces[0].slope)
      addConstantCost(cost.pieces[0].intercept)
      return nil
    }
    let epigraph = addVariable(linear: 1)
    for piece in cost.pieces {
      addRow([(epigraph, 1), (variable, -piece.slope)], lower: piece.intercept)
    }
    return epigraph
  }

  /// The program of all that was added.
  public func program() -> QuadraticProgram {
    QuadraticProgram(
      quadratic: SparseMatrix(
        rowCount: linear.count, columnCount: linear.count, entries: quadratic),
      linear: linear, constant: constant,
      constraints: SparseMatrix(
        rowCount: rowLower.count, columnCount: linear.count, entries: entries),
      rowLower: rowLower, rowUpper: rowUpper, lower: lower, upper: upper)
  }
}
