/// A matrix of a case file: its numbers row by row, and where each stands.
struct MatpowerTable {
  /// Where the table opens, as an offset into the file.
  let offset: Int
  private(set) var values: [Double] = []
  private(set) var offsets: [Int] = []
  /// Where each row begins in `values`, and one past the last.
  private(set) var rowStarts: [Int] = [0]

  init(offset: Int) { self.offset = offset }

  var rowCount: Int { rowStarts.count - 1 }
  func width(of row: Int) -> Int { rowStarts[row + 1] - rowStarts[row] }

  /// Columns count from 1, as MATPOWER's manual counts them.
  subscript(row: Int, column: Int) -> Double { values[rowStarts[row] + column - 1] }

  func offset(_ row: Int, _ column: Int = 1) -> Int { offsets[rowStarts[row] + column - 1] }

  mutating func append(_ value: Double, at offset: Int) {
    values.append(value)
    offsets.append(offset)
  }

  /// Ends a row; an empty one is no row.
  mutating func endRow() {
    if let start = rowStarts.last, values.count > start { rowStarts.append(values.count) }
  }
}

/// What a field of a case is given.
enum MatpowerValue {
  case number(Double)
  case text(String)
  case table(MatpowerTable)
  /// A cell array; only its texts are kept.
  case cells([String])
}

/// The plain assignments of a case file.
struct MatpowerFile {
  var name = ""
  var fields: [String: (offset: Int, value: MatpowerValue)] = [:]
  /// Fields whose value is computed; they are refused where they stand, and not missing.
  var refused: Set<String> = []
}
