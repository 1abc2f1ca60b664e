extension MatpowerReader {
  /// Columns: model, startup, shutdown, n, then n coefficients or n points.
  ///
  /// One row for each generator; a second set of rows, for reactive power, is not read.
  func readCosts(generatorCount: Int) -> [Generator.Cost?] {
    guard let table = table("gencost", columns: 5, isRequired: false) else { return [] }
    guard table.rowCount == generatorCount || table.rowCount == 2 * generatorCount else {
      log.fault(
        at: place(of: "gencost"),
        "'mpc.gencost' has \(table.rowCount) rows for \(generatorCount) generators")
      return []
    }
    if table.rowCount > generatorCount {
      log.warn(
        at: text.place(table.offset(generatorCount)), "costs of reactive power are not read")
    }
    return (0..<generatorCount).map { readCost(table, $0) }
  }

  private func readCost(_ table: MatpowerTable, _ row: Int) -> Generator.Cost? {
    let place = text.place(table.offset(row))
    let count = Int(exactly: table[row, 4]) ?? -1
    let width = table.width(of: row) - 4
    switch table[row, 1] {
    case 2 where (0...width).contains(count):
      return .polynomial((0..<count).map { finite(table, row, 5 + $0, "a cost coefficient") })
    case 1 where (0...width / 2).contains(count):
      let points = (0..<count).map {
        Generator.CostPoint(
          p_MW: finite(table, row, 5 + 2 * $0, "a cost point"),
          cost: finite(table, row, 6 + 2 * $0, "a cost point"))
      }
      guard points.count > 1, zip(points, points.dropFirst()).allSatisfy({ $0.p_MW < $1.p_MW })
      else {
        log.warn(
          at: place, "the cost of generator \(row + 1) is not read; its points do not rise in power"
        )
        return nil
      }
      return .piecewise(points)
    case 1, 2:
      log.fault(
        at: text.place(table.offset(row, 4)),
        "the cost of generator \(row + 1) announces \(Shown.number(table[row, 4])) values; "
          + "its row has \(width) numbers for them")
    default:
      log.fault(
        at: place,
        "the cost of generator \(row + 1) has model \(Shown.number(table[row, 1])); models are 1 and 2"
      )
    }
    return nil
  }
}
