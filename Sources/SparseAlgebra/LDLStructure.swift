import CAMD

/// All that is known of the factors L D Lᵀ before any value is: the order in which rows are taken, and
/// where L has entries. The kernels that fill and use it stand here too, because only it knows that its
/// indices need no check.
///
/// Sources: P. R. Amestoy, T. A. Davis and I. S. Duff, "Algorithm 837: AMD", ACM TOMS 30(3), 2004;
/// J. W. H. Liu, "The role of elimination trees in sparse factorization", SIAM J. Matrix Anal. Appl.
/// 11(1), 1990.
struct LDLStructure: Sendable {
  private let order: Int
  private let slotCount: Int
  /// The row of the matrix that is taken at each place.
  private let permutation: [Int32]
  /// +1 or -1: the sign that the pivot at each place has.
  private let signs: [Double]
  /// Above the diagonal of the permuted matrix, by columns: row, and the slot of the value.
  private let upperStarts: [Int32]
  private let upperRows: [Int32]
  private let upperSlots: [Int32]
  private let diagonalSlots: [Int32]
  /// L by columns, rows ascending.
  let columnStarts: [Int32]
  let rows: [Int32]
  /// L by rows, columns ascending.
  private let rowStarts: [Int32]
  private let rowColumns: [Int32]

  init(_ upper: SparsePattern, signs: [Double]) {
    let order = upper.order
    let permutation = Self.minimumDegreeOrder(of: upper)
    var places = [Int32](repeating: 0, count: order)
    for (place, row) in permutation.enumerated() { places[Int(row)] = Int32(place) }

    var upperStarts = [Int32](repeating: 0, count: order + 1)
    var diagonalSlots = [Int32](repeating: -1, count: order)
    for column in 0..<order {
      for slot in upper.slots(ofColumn: column) {
        let row = Int(upper.rows[slot])
        precondition(row <= column, "The matrix is given by its upper triangle.")
        if row == column {
          diagonalSlots[Int(places[column])] = Int32(slot)
        } else {
          upperStarts[Int(max(places[row], places[column])) + 1] += 1
        }
      }
    }
    precondition(!diagonalSlots.contains(-1), "Every diagonal position is in the pattern.")
    for place in 0..<order { upperStarts[place + 1] += upperStarts[place] }
    var ends = upperStarts
    var upperRows = [Int32](repeating: 0, count: Int(upperStarts[order]))
    var upperSlots = upperRows
    for column in 0..<order {
      for slot in upper.slots(ofColumn: column) where upper.rows[slot] < column {
        let (a, b) = (places[Int(upper.rows[slot])], places[column])
        let end = Int(ends[Int(max(a, b))])
        ends[Int(max(a, b))] += 1
        upperRows[end] = min(a, b)
        upperSlots[end] = Int32(slot)
      }
    }
    self.order = order
    slotCount = upper.slotCount
    self.permutation = permutation
    self.signs = permutation.map { signs[Int($0)] }
    self.upperStarts = upperStarts
    self.upperRows = upperRows
    self.upperSlots = upperSlots
    self.diagonalSlots = diagonalSlots
    (columnStarts, rows) = Self.lowerFactor(order: order, starts: upperStarts, rows: upperRows)
    (rowStarts, rowColumns) = Self.transposed(order: order, starts: columnStarts, rows: rows)
  }

  private static func minimumDegreeOrder(of upper: SparsePattern) -> [Int32] {
    var permutation = [Int32](repeating: 0, count: upper.order)
    guard upper.order > 0 else { return permutation }
    let status = amd_order(
      Int32(upper.order), upper.columnStarts, upper.rows, &permutation, nil, nil)
    precondition(status >= AMD_OK, "AMD refuses only patterns that were checked, or has no memory.")
    return permutation
  }

  /// Row k of L has an entry in every column on the paths of the elimination tree that lead from the
  /// entries above the diagonal of column k towards k.
  private static func lowerFactor(
    order: Int, starts: [Int32], rows upperRows: [Int32]
  ) -> (columnStarts: [Int32], rows: [Int32]) {
    var parents = [Int32](repeating: -1, count: order)
    var marks = parents
    func visitPath(toRow row: Int, _ visit: (Int) -> Void) {
      marks[row] = Int32(row)
      for entry in Int(starts[row])..<Int(starts[row + 1]) {
        var column = Int(upperRows[entry])
        while marks[column] != row {
          if parents[column] < 0 { parents[column] = Int32(row) }
          visit(column)
          marks[column] = Int32(row)
          column = Int(parents[column])
        }
      }
    }
    var columnStarts = [Int32](repeating: 0, count: order + 1)
    for row in 0..<order { visitPath(toRow: row) { columnStarts[$0 + 1] += 1 } }
    for column in 0..<order { columnStarts[column + 1] += columnStarts[column] }
    var rows = [Int32](repeating: 0, count: Int(columnStarts[order]))
    var ends = columnStarts
    for row in 0..<order { marks[row] = -1 }
    for row in 0..<order {
      visitPath(toRow: row) { column in
        rows[Int(ends[column])] = Int32(row)
        ends[column] += 1
      }
    }
    return (columnStarts, rows)
  }

  private static func transposed(
    order: Int, starts: [Int32], rows: [Int32]
  ) -> (starts: [Int32], columns: [Int32]) {
    var rowStarts = [Int32](repeating: 0, count: order + 1)
    for row in rows { rowStarts[Int(row) + 1] += 1 }
    for row in 0..<order { rowStarts[row + 1] += rowStarts[row] }
    var ends = rowStarts
    var columns = [Int32](repeating: 0, count: rows.count)
    for column in 0..<order {
      for slot in Int(starts[column])..<Int(starts[column + 1]) {
        let row = Int(rows[slot])
        columns[Int(ends[row])] = Int32(column)
        ends[row] += 1
      }
    }
    return (rowStarts, columns)
  }

  // MARK: Kernels

  /// Computes L, row by row, and the inverse of D; returns how many pivots were replaced.
  func factor(
    _ values: [Double], smallestPivot: Double, into lower: inout [Double],
    inverse: inout [Double], work: inout [Double], ends: inout [Int32]
  ) -> Int {
    precondition(values.count == slotCount, "One value for each slot.")
    precondition(lower.count == rows.count && work.count == order, "Memory has this structure.")
    precondition(inverse.count == order && ends.count == order, "Memory has this structure.")
    var replaced = 0
    let (upperStarts, upperRows, upperSlots) = (upperStarts.span, upperRows.span, upperSlots.span)
    let (diagonalSlots, starts, rows) = (diagonalSlots.span, columnStarts.span, rows.span)
    let (rowStarts, rowColumns) = (rowStarts.span, rowColumns.span)
    let (signs, values) = (signs.span, values.span)
    var lower = lower.mutableSpan
    var inverse = inverse.mutableSpan
    var y = work.mutableSpan
    var ends = ends.mutableSpan
    for place in 0..<order { ends[place] = starts[place] }
    for place in 0..<order {
      for entry in Int(upperStarts[place])..<Int(upperStarts[place + 1]) {
        y[unchecked: Int(upperRows[unchecked: entry])] =
          values[unchecked: Int(upperSlots[unchecked: entry])]
      }
      var pivot = values[unchecked: Int(diagonalSlots[place])]
      for entry in Int(rowStarts[place])..<Int(rowStarts[place + 1]) {
        let column = Int(rowColumns[unchecked: entry])
        let value = y[unchecked: column]
        y[unchecked: column] = 0
        let end = Int(ends[unchecked: column])
        for slot in Int(starts[unchecked: column])..<end {
          y[unchecked: Int(rows[unchecked: slot])] -= lower[unchecked: slot] * value
        }
        let factor = value * inverse[unchecked: column]
        pivot -= factor * value
        lower[unchecked: end] = factor
        ends[unchecked: column] = Int32(truncatingIfNeeded: end + 1)
      }
      let sign = signs[place]
      if !(pivot * sign > smallestPivot) {
        pivot = sign * smallestPivot
        replaced += 1
      }
      inverse[place] = 1 / pivot
    }
    return replaced
  }

  /// Solves L D Lᵀ x = side in place.
  func solve(_ side: inout [Double], lower: [Double], inverse: [Double], work: inout [Double]) {
    precondition(lower.count == rows.count && work.count == order, "Memory has this structure.")
    let (permutation, starts, rows) = (permutation.span, columnStarts.span, rows.span)
    let (lower, inverse) = (lower.span, inverse.span)
    var side = side.mutableSpan
    var x = work.mutableSpan
    for place in 0..<order { x[place] = side[Int(permutation[place])] }
    for column in 0..<order {
      let value = x[column]
      for slot in Int(starts[column])..<Int(starts[column + 1]) {
        x[unchecked: Int(rows[unchecked: slot])] -= lower[unchecked: slot] * value
      }
    }
    for column in stride(from: order - 1, through: 0, by: -1) {
      var value = x[column] * inverse[column]
      for slot in Int(starts[column])..<Int(starts[column + 1]) {
        value -= lower[unchecked: slot] * x[unchecked: Int(rows[unchecked: slot])]
      }
      x[column] = value
    }
    for place in 0..<order {
      side[Int(permutation[place])] = x[place]
      x[place] = 0
    }
  }
}
