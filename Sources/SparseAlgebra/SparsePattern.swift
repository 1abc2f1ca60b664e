/// Where a sparse square matrix has entries, in compressed columns with ascending rows.
///
/// The pattern is made once; values live in a plain array beside it, one for each *slot*, so that
/// an assembly writes every entry straight to its place.
public struct SparsePattern: Sendable, Equatable {
  public let order: Int
  /// Shape `[order + 1]`: column `c` owns the slots `columnStarts[c] ..< columnStarts[c + 1]`.
  public let columnStarts: [Int32]
  /// Shape `[slotCount]`.
  public let rows: [Int32]

  public var slotCount: Int { rows.count }

  /// Makes the pattern that holds every given position; a position given twice has one slot.
  public init(order: Int, positions: [(row: Int, column: Int)]) {
    var columns = [[Int32]](repeating: [], count: order)
    for position in positions {
      precondition(
        (0..<order).contains(position.row) && (0..<order).contains(position.column),
        "An entry lies inside the matrix.")
      columns[position.column].append(Int32(position.row))
    }
    var starts: [Int32] = [0]
    var rows: [Int32] = []
    for column in columns {
      var last: Int32 = -1
      for row in column.sorted() where row != last {
        rows.append(row)
        last = row
      }
      starts.append(Int32(rows.count))
    }
    self.order = order
    columnStarts = starts
    self.rows = rows
  }

  /// Takes a pattern that is in compressed columns already, rows ascending.
  public init(order: Int, columnStarts: [Int32], rows: [Int32]) {
    precondition(
      columnStarts.count == order + 1 && columnStarts[0] == 0
        && Int(columnStarts[order]) == rows.count, "Columns tile the rows.")
    self.order = order
    self.columnStarts = columnStarts
    self.rows = rows
    for column in 0..<order {
      var last: Int32 = -1
      for slot in slots(ofColumn: column) {
        precondition(rows[slot] > last && rows[slot] < order, "Rows ascend inside the matrix.")
        last = rows[slot]
      }
    }
  }

  /// The slots of one column.
  @inlinable
  public func slots(ofColumn column: Int) -> Range<Int> {
    Int(columnStarts[column])..<Int(columnStarts[column + 1])
  }

  /// The slot of an entry. The position must be in the pattern; the search is logarithmic.
  public func slot(row: Int, column: Int) -> Int {
    var low = Int(columnStarts[column])
    var high = Int(columnStarts[column + 1])
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < Int32(row) { low = middle + 1 } else { high = middle }
    }
    precondition(
      low < Int(columnStarts[column + 1]) && rows[low] == Int32(row),
      "The pattern holds every entry that is written.")
    return low
  }
}
