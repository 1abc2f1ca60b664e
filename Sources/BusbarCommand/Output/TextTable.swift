/// A table for people: columns as wide as their widest cell, numbers to the right.
struct TextTable {
  private let headings: [String]
  private var rows: [[String]] = []

  init(_ headings: [String]) { self.headings = headings }

  mutating func add(_ row: [String]) {
    precondition(row.count == headings.count, "One cell for each heading.")
    rows.append(row)
  }

  /// The lines of the table, headings first.
  var lines: [String] {
    let widths = headings.indices.map { column in
      max(headings[column].count, rows.map { $0[column].count }.max() ?? 0)
    }
    return ([headings] + rows).map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (column == 0 ? cell + space : space + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

/// A number with a fixed count of decimals; a dash for none.
func fixed(_ value: Double?, _ decimals: Int) -> String {
  guard let value, value.isFinite else { return "-" }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (value.magnitude * scale).rounded()
  guard scaled < 9e18 else { return "\(value)" }
  let digits = "\(Int64(scaled))"
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let sign = value < 0 && scaled != 0 ? "-" : ""
  guard decimals > 0 else { return sign + padded }
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// A count with its word: `1 segment`, `3 branches`.
func counted(_ count: Int, _ word: String) -> String {
  let ending = word.hasSuffix("s") || word.hasSuffix("ch") ? "es" : "s"
  return "\(count) \(word)\(count == 1 ? "" : ending)"
}
