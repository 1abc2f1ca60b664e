/// A sparse matrix in compressed columns, rows ascending in each.
///
/// Where it has entries is settled when it is made; the values may change.
public struct SparseMatrix: Sendable, Equatable {
  public let rowCount: Int
  public let columnCount: Int
  /// Shape `[columnCount + 1]`: column `c` owns the entries `columnStarts[c] ..< columnStarts[c + 1]`.
  public let columnStarts: [Int32]
  /// Shape `[entryCount]`: the row of each entry.
  public let rows: [Int32]
  /// Shape `[entryCount]`.
  public var values: [Double]

  public var entryCount: Int { rows.count }

  /// One number and its place.
  public struct Entry: Sendable, Equatable {
    public var row: Int
    public var column: Int
    public var value: Double

    public init(row: Int, column: Int, value: Double) {
      self.row = row
      self.column = column
      self.value = value
    }
  }

  /// Makes a matrix of entries in any order; entries at one place add up.
  public init(rowCount: Int, columnCount: Int, entries: [Entry] = []) {
    precondition(
      rowCount >= 0 && columnCount >= 0 && max(rowCount, columnCount) < Int(Int32.max),
      "A size is a count.")
    // By rows, then by columns: two counting sorts leave the rows of each column ascending.
    var rowStarts = [Int](repeating: 0, count: rowCount + 1)
    for entry in entries {
      precondition(
        (0..<rowCount).contains(entry.row) && (0..<columnCount).contains(entry.column),
        "An entry lies inside the matrix.")
      rowStarts[entry.row + 1] += 1
    }
    for row in 0..<rowCount { rowStarts[row + 1] += rowStarts[row] }
    var byRow = [Int](repeating: 0, count: entries.count)
    for (position, entry) in entries.enumerated() {
      byRow[rowStarts[entry.row]] = position
      rowStarts[entry.row] += 1
    }
    var columnEnds = [Int](repeating: 0, count: columnCount + 1)
    for entry in entries { columnEnds[entry.column + 1] += 1 }
    for column in 0..<columnCount { columnEnds[column + 1] += columnEnds[column] }
    let bucketStarts = columnEnds
    var byColumn = byRow
    for position in byRow {
      let column = entries[position].column
      byColumn[columnEnds[column]] = position
      columnEnds[column] += 1
    }
    var starts: [Int32] = [0]
    starts.reserveCapacity(columnCount + 1)
    var rows: [Int32] = []
    var values: [Double] = []
    rows.reserveCapacity(entries.count)
    values.reserveCapacity(entries.count)
    for column in 0..<columnCount {
      let first = rows.count
      for place in bucketStarts[column]..<bucketStarts[column + 1] {
        let entry = entries[byColumn[place]]
        if rows.count > first, rows[rows.count - 1] == entry.row {
          values[values.count - 1] += entry.value
        } else {
          rows.append(Int32(entry.row))
          values.append(entry.value)
        }
      }
      starts.append(Int32(rows.count))
    }
    self.rowCount = rowCount
    self.columnCount = columnCount
    columnStarts = starts
    self.rows = rows
    self.values = values
  }

  /// The entries of one column.
  @inlinable
  public func entries(ofColumn column: Int) -> Range<Int> {
    Int(columnStarts[column])..<Int(columnStarts[column + 1])
  }

  /// Whether both have entries at the same places.
  func hasPattern(of other: SparseMatrix) -> Bool {
    columnStarts == other.columnStarts && rows == other.rows
  }

  /// A x, shape `[rowCount]`, for `x` of shape `[columnCount]`.
  public func multiply(_ x: [Double]) -> [Double] {
    precondition(x.count == columnCount, "One factor for each column.")
    var product = [Double](repeating: 0, count: rowCount)
    for column in 0..<columnCount where x[column] != 0 {
      for entry in entries(ofColumn: column) {
        product[Int(rows[entry])] += values[entry] * x[column]
      }
    }
    return product
  }

  /// Aᵀ y, shape `[columnCount]`, for `y` of shape `[rowCount]`.
  public func multiplyTransposed(_ y: [Double]) -> [Double] {
    precondition(y.count == rowCount, "One factor for each row.")
    return (0..<columnCount).map { column in
      entries(ofColumn: column).reduce(0) { $0 + values[$1] * y[Int(rows[$1])] }
    }
  }

  /// A x for a symmetric matrix that is given by its upper triangle.
  public func multiplySymmetric(_ x: [Double]) -> [Double] {
    precondition(rowCount == columnCount, "A symmetric matrix is square.")
    precondition(x.count == columnCount, "One factor for each column.")
    var product = [Double](repeating: 0, count: rowCount)
    for column in 0..<columnCount {
      for entry in entries(ofColumn: column) {
        let row = Int(rows[entry])
        product[row] += values[entry] * x[column]
        if row != column { product[column] += values[entry] * x[row] }
      }
    }
    return product
  }
}
