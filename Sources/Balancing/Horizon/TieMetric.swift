/// How two neighbouring regions weigh a disagreement about the angles at their ties, from what each
/// knows of itself and tells the other: see `LinkMetric`, which this follows period by period.
struct TieMetric: Sendable {
  /// Shape `[count, count]`, symmetric, with `count` the shared rows of a link.
  let values: [Double]
  let count: Int
  /// ρ: a price over a power.
  let penalty: Double

  /// The power that both regions handle, in the mean.
  let size: Double

  /// Small, so that it does not turn directions that each keep one side balanced, which the rest of
  /// the metric puts at a right angle; above zero, so that angles without a reference are held.
  private static let angleWeight = 0.003
  /// Found on CIGRE's medium-voltage grid and the IEEE 118-bus case, a day each.
  private static let steepness = 0.5

  /// - Parameters:
  ///   - own: what this region tells about itself at this link.
  ///   - their: what the neighbour tells.
  ///   - price: of power, the same everywhere.
  init(
    of link: HorizonRegion.Link, in region: HorizonRegion, own: TieFigures, their: TieFigures,
    price: Double
  ) {
    let count = link.rows.count
    var values = [Double](repeating: 0, count: count * count)
    for (isOwn, figures) in [(true, own), (false, their)] {
      let border = (0..<count).filter { link.isOwn[$0] == isOwn }
      guard figures.stiffness.count == border.count * border.count else { continue }
      for (i, place) in border.enumerated() {
        var balance = [Double](repeating: 0, count: count)
        for (j, other) in border.enumerated() {
          balance[other] += figures.stiffness[i * border.count + j]
        }
        for tie in link.ties.map({ region.lines[$0] }) {
          let ends = (link.place(of: tie.from), link.place(of: tie.to))
          guard ends.0 == place || ends.1 == place else { continue }
          balance[place] += abs(tie.susceptance)
          balance[ends.0 == place ? ends.1 : ends.0] -= abs(tie.susceptance)
        }
        for p in 0..<count {
          for q in 0..<count { values[p * count + q] += balance[p] * balance[q] }
        }
      }
    }
    for tie in link.ties.map({ region.lines[$0] }) {
      for row in [tie.from, tie.to] {
        let place = link.place(of: row)
        values[place * count + place] += Self.angleWeight * tie.susceptance * tie.susceptance
      }
    }
    size = (own.size + their.size) / 2
    let estimate = Self.steepness * price / size
    self.values = values
    self.count = count
    penalty = estimate.isFinite && estimate > 0 ? estimate : 1
  }

  /// √(xᵀ M x) of the worst period: the imbalance that a disagreement makes, in per unit.
  func norm(_ x: [Double]) -> Double {
    var worst = 0.0
    for first in stride(from: 0, to: x.count, by: count) {
      var sum = 0.0
      for i in 0..<count {
        for j in 0..<count { sum += x[first + i] * values[i * count + j] * x[first + j] }
      }
      worst = max(worst, sum)
    }
    return max(0, worst).squareRoot()
  }
}

/// What a region tells a neighbour about itself before the first round.
package struct TieFigures: Sendable, Equatable {
  /// How the balance at its ends of the ties answers to the angles there, with its interior
  /// eliminated; shape `[ends, ends]`.
  var stiffness: [Double]
  /// The power that it handles, in per unit.
  var size: Double

  package init(of link: Int, in region: HorizonRegion) {
    let own = region.links[link]
    stiffness = Self.stiffness(own, in: region)
    let demand = region.demand[0].reduce(0) { $0 + abs($1) }
    let capacity = region.units.reduce(0) { sum, unit in
      sum + [unit.lower[0], unit.upper[0]].filter(\.isFinite).reduce(0) { max($0, abs($1)) }
    }
    size = max(demand, capacity / 2, 1e-3)
  }

  package init?(words: [Double]) {
    guard let first = words.first, words.allSatisfy(\.isFinite) else { return nil }
    size = first
    stiffness = Array(words.dropFirst())
  }

  package var words: [Double] { [size] + stiffness }

  private static func stiffness(
    _ link: HorizonRegion.Link, in region: HorizonRegion
  ) -> [Double] {
    let references = Set(region.references.map(\.row))
    let border = zip(link.rows, link.isOwn).filter(\.1).map(\.0)
    let unique = Array(Set(border)).sorted()
    let interior = (0..<region.ownRowCount).filter {
      !unique.contains($0) && !references.contains($0)
    }
    let kept = unique + interior
    var place = [Int?](repeating: nil, count: region.rowCount)
    for (position, row) in kept.enumerated() { place[row] = position }
    let n = kept.count
    var matrix = [Double](repeating: 0, count: n * n)
    let ties = Set(link.ties)
    for (number, line) in region.lines.enumerated() where !ties.contains(number) {
      let b = abs(line.susceptance)
      let (from, to) = (place[line.from], place[line.to])
      if let from { matrix[from * n + from] += b }
      if let to { matrix[to * n + to] += b }
      if let from, let to {
        matrix[from * n + to] -= b
        matrix[to * n + from] -= b
      }
    }
    for pivot in stride(from: n - 1, through: unique.count, by: -1) {
      let value = matrix[pivot * n + pivot]
      guard value > 1e-9 else { continue }
      for row in 0..<pivot where matrix[row * n + pivot] != 0 {
        let factor = matrix[row * n + pivot] / value
        for column in 0..<pivot { matrix[row * n + column] -= factor * matrix[pivot * n + column] }
      }
    }
    // Ends that stand on one row have the same line of the answer.
    let number = Dictionary(uniqueKeysWithValues: unique.enumerated().map { ($1, $0) })
    return border.flatMap { i in border.map { j in matrix[number[i]! * n + number[j]!] } }
  }
}

extension HorizonRegion.Link {
  func place(of row: Int) -> Int { rows.firstIndex(of: row)! }
}
