/// At the root of an extrapolation: judges the last leap and finds the next combination.
struct LeapLeader: Sendable {
  /// A residual below it needs no leap, in per unit.
  let floor: Double
  /// The squared residual before the leap that is still to be judged.
  private var before: Double?
  private var failures = 0
  /// Rounds to wait before the next window.
  private(set) var pause = 0

  /// Of the squared residual: a leap has paid where it has come down to this part, and is taken back
  /// where it has grown by more than that.
  private static let gain = 0.25
  private static let growth = 4.0
  /// Added to the diagonal of the products, scaled to one.
  private static let regularisation = 1e-12
  private static let mostFailures = 5
  private static let fewestRounds = 3

  init(floor: Double) { self.floor = floor }

  /// - Parameter report: the sums of all, with the rounds that count as bits of the second word.
  mutating func decide(
    _ report: [Double]
  ) -> (deed: Extrapolation.Deed, combination: [Double]) {
    let window = Extrapolation.window
    var combination = [Double](repeating: 0, count: window)
    let mask = Int(report[1])
    let rounds = (0..<window).filter { mask >> $0 & 1 == 1 }
    pause = 0
    guard let last = rounds.last else { return (.wait, combination) }
    func product(_ a: Int, _ b: Int) -> Double {
      let (high, low) = (max(a, b), min(a, b))
      return report[2 + high * (high + 1) / 2 + low]
    }
    let residual = product(last, last)
    if let limit = before {
      before = nil
      if !(residual <= limit * Self.gain) {
        failures = min(failures + 1, Self.mostFailures)
        pause = window << failures
        return (residual <= limit * Self.growth ? .wait : .undo, combination)
      }
      failures = 0
    }
    guard rounds.count >= Self.fewestRounds, residual > floor * floor,
      let weights = Self.combine(rounds.map { a in rounds.map { b in product(a, b) } })
    else { return (.wait, combination) }
    for (place, round) in rounds.enumerated() { combination[round] = weights[place] }
    before = residual
    return (.leap, combination)
  }

  /// The weights, in sum one, that make cᵀ G c least: G⁻¹ 1, scaled.
  static func combine(_ products: [[Double]]) -> [Double]? {
    let count = products.count
    let scale = products.indices.map { 1 / products[$0][$0].squareRoot() }
    guard scale.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    // Cholesky, of the products scaled to a diagonal of one.
    var factor = [[Double]](repeating: [], count: count)
    var weights = scale
    for row in 0..<count {
      for column in 0...row {
        var value = products[row][column] * scale[row] * scale[column]
        if row == column { value += Self.regularisation }
        for k in 0..<column { value -= factor[row][k] * factor[column][k] }
        if row == column {
          guard value > 0 else { return nil }
          factor[row].append(value.squareRoot())
        } else {
          factor[row].append(value / factor[column][column])
        }
      }
      for k in 0..<row { weights[row] -= factor[row][k] * weights[k] }
      weights[row] /= factor[row][row]
    }
    for row in (0..<count).reversed() {
      for k in row + 1..<max(row + 1, count) { weights[row] -= factor[k][row] * weights[k] }
      weights[row] /= factor[row][row]
    }
    for row in 0..<count { weights[row] *= scale[row] }
    let sum = weights.reduce(0, +)
    let result = weights.map { $0 / sum }
    return result.allSatisfy { $0.isFinite && abs($0) < 1e9 } ? result : nil
  }
}
