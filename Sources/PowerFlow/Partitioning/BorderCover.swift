/// Chooses the border of a cut: rows that hold an end of every tie.
///
/// Greedily: the row with the most uncovered ties comes next, of equal ones the lowest. Scratch
/// memory is kept between choices, because a partitioner asks thousands of times.
struct BorderCover {
  private var counts: [Int]

  /// - Parameter rowCount: rows are numbered from 0 up to this.
  init(rowCount: Int) { counts = [Int](repeating: 0, count: rowCount) }

  /// The chosen rows, in the order of choosing. A tie given twice counts twice.
  mutating func choose(_ ties: [(a: Int, b: Int)]) -> [Int] {
    var rows: [Int] = []
    for tie in ties {
      for row in [tie.a, tie.b] {
        if counts[row] == 0 { rows.append(row) }
        counts[row] += 1
      }
    }
    // From here on counts alone decide, and they do not depend on the order of ties.
    var uncovered = ties
    var cover: [Int] = []
    while !uncovered.isEmpty {
      var best = rows[0]
      for row in rows
      where counts[row] > counts[best] || (counts[row] == counts[best] && row < best) {
        best = row
      }
      cover.append(best)
      uncovered.removeAll { tie in
        guard tie.a == best || tie.b == best else { return false }
        counts[tie.a] -= 1
        counts[tie.b] -= 1
        return true
      }
    }
    for row in rows { counts[row] = 0 }
    return cover
  }
}
