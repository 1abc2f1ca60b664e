/// Programs that always have an optimum, and decide whether another one is feasible or bounded: for
/// where the embedding ends without an answer.
enum Phases {
  /// The least sum of violations of the rows:
  ///
  ///     minimise Σ (p + n)   subject to   rowLower ≤ A x + p - n ≤ rowUpper,  p, n ≥ 0
  ///
  /// with the bounds kept. Rows are weighed by their largest entry. Where the sum is above zero, the
  /// duals prove that the rows cannot be met.
  static func leastViolation(of program: QuadraticProgram) -> QuadraticProgram {
    let (n, m) = (program.variableCount, program.rowCount)
    var weights = [Double](repeating: 0, count: m)
    for (entry, row) in program.constraints.rows.enumerated() {
      weights[Int(row)] = max(weights[Int(row)], abs(program.constraints.values[entry]))
    }
    for row in 0..<m where weights[row] == 0 { weights[row] = 1 }
    var entries = list(program.constraints)
    for row in 0..<m {
      entries.append(.init(row: row, column: n + 2 * row, value: weights[row]))
      entries.append(.init(row: row, column: n + 2 * row + 1, value: -weights[row]))
    }
    let slacks = [Double](repeating: 0, count: 2 * m)
    return QuadraticProgram(
      quadratic: SparseMatrix(rowCount: n + 2 * m, columnCount: n + 2 * m),
      linear: [Double](repeating: 0, count: n) + slacks.map { _ in 1 },
      constraints: SparseMatrix(rowCount: m, columnCount: n + 2 * m, entries: entries),
      rowLower: program.rowLower, rowUpper: program.rowUpper, lower: program.lower + slacks,
      upper: program.upper + slacks.map { _ in .infinity })
  }

  /// The direction within a box in which the cost falls most steeply while no limit is ever met:
  ///
  ///     minimise qᵀ d   subject to   P d = 0,  A d and d towards no finite limit,  -1 ≤ d ≤ 1
  static func steepestRay(of program: QuadraticProgram) -> QuadraticProgram {
    let (n, m) = (program.variableCount, program.rowCount)
    var entries = list(program.constraints)
    for entry in list(program.quadratic) {
      entries.append(.init(row: m + entry.row, column: entry.column, value: entry.value))
      if entry.row != entry.column {
        entries.append(.init(row: m + entry.column, column: entry.row, value: entry.value))
      }
    }
    let unlimited = QuadraticProgram.unlimited
    func cone(_ limit: Double, _ open: Double) -> Double { abs(limit) < unlimited ? 0 : open }
    let none = [Double](repeating: 0, count: n)
    return QuadraticProgram(
      quadratic: SparseMatrix(rowCount: n, columnCount: n), linear: program.linear,
      constraints: SparseMatrix(rowCount: m + n, columnCount: n, entries: entries),
      rowLower: program.rowLower.map { cone($0, -.infinity) } + none,
      rowUpper: program.rowUpper.map { cone($0, .infinity) } + none,
      lower: program.lower.map { cone($0, -1) }, upper: program.upper.map { cone($0, 1) })
  }

  private static func list(_ matrix: SparseMatrix) -> [SparseMatrix.Entry] {
    (0..<matrix.columnCount).flatMap { column in
      matrix.entries(ofColumn: column).map {
        .init(row: Int(matrix.rows[$0]), column: column, value: matrix.values[$0])
      }
    }
  }
}

extension InfeasibilityCertificate {
  /// Takes apart the duals of the rows into multipliers: the bounds take what the rows leave. Whether
  /// that proves anything, `proof` tells.
  init(rowDuals: [Double], for program: QuadraticProgram) {
    let unlimited = QuadraticProgram.unlimited
    var kept = rowDuals
    for row in kept.indices {
      if kept[row] > 0, program.rowUpper[row] >= unlimited { kept[row] = 0 }
      if kept[row] < 0, program.rowLower[row] <= -unlimited { kept[row] = 0 }
    }
    let rest = program.constraints.multiplyTransposed(kept)
    self.init(
      rowLower: kept.map { max(0, -$0) }, rowUpper: kept.map { max(0, $0) },
      lower: rest.indices.map { program.lower[$0] > -unlimited ? max(0, rest[$0]) : 0 },
      upper: rest.indices.map { program.upper[$0] < unlimited ? max(0, -rest[$0]) : 0 })
  }
}
