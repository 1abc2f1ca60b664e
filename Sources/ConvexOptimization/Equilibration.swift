/// Factors that bring the columns and rows of
///
///     ⎡ P  Aᵀ ⎤
///     ⎣ A  0  ⎦
///
/// to a largest entry of about one: with x = D x̂, the scaled program has D P D, E A D and E b.
///
/// Source: D. Ruiz, "A scaling algorithm to equilibrate both rows and columns norms in matrices",
/// Rutherford Appleton Laboratory, RAL-TR-2001-034; as used by B. Stellato et al., "OSQP: an operator
/// splitting solver for quadratic programs", Math. Program. Comput. 12, 2020, section 5.1.
struct Equilibration: Sendable {
  /// D, shape `[variableCount]`.
  private(set) var columns: [Double]
  /// E, shape `[rowCount]`.
  private(set) var rows: [Double]

  /// Norms within this factor of one are good enough, and more rounds are not worth their time.
  private static let enough = 1.5
  private static let roundLimit = 12
  private static let range = 1e-6...1e6

  init(quadratic: SparseMatrix, constraints: SparseMatrix) {
    let (n, m) = (quadratic.columnCount, constraints.rowCount)
    var columns = [Double](repeating: 1, count: n)
    var rows = [Double](repeating: 1, count: m)
    var columnNorms = columns
    var rowNorms = rows
    for _ in 0..<Self.roundLimit {
      for column in 0..<n { columnNorms[column] = 0 }
      for row in 0..<m { rowNorms[row] = 0 }
      for column in 0..<n {
        let scale = columns[column]
        var norm = columnNorms[column]
        for entry in constraints.entries(ofColumn: column) {
          let row = Int(constraints.rows[entry])
          let size = abs(constraints.values[entry]) * scale * rows[row]
          norm = max(norm, size)
          if size > rowNorms[row] { rowNorms[row] = size }
        }
        for entry in quadratic.entries(ofColumn: column) {
          let row = Int(quadratic.rows[entry])
          let size = abs(quadratic.values[entry]) * scale * columns[row]
          norm = max(norm, size)
          if size > columnNorms[row] { columnNorms[row] = size }
        }
        columnNorms[column] = max(columnNorms[column], norm)
      }
      var worst = 1.0
      func rescale(_ factor: inout Double, norm: Double) {
        guard norm > 0 else { return }
        worst = max(worst, norm, 1 / norm)
        factor = min(
          max(factor / norm.squareRoot(), Self.range.lowerBound), Self.range.upperBound)
      }
      for column in 0..<n { rescale(&columns[column], norm: columnNorms[column]) }
      for row in 0..<m { rescale(&rows[row], norm: rowNorms[row]) }
      if worst <= Self.enough { break }
    }
    self.columns = columns
    self.rows = rows
  }
}
