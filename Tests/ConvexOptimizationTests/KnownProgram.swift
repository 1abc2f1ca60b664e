import ConvexOptimization
import SeededRandom

/// A random program that is made around its optimum, so that the optimal cost is known exactly: a point,
/// duals that complement it, and the linear cost that makes both stationary.
struct KnownProgram {
  private(set) var program: QuadraticProgram
  private(set) var point: [Double] = []

  var objective: Double { program.objective(at: point) }

  /// What a program is like.
  struct Kind {
    /// How many decades rows, columns and costs spread over.
    var decades = 0.0
    /// Rows of P's factor; zero makes a linear program.
    var curvature = 3
    /// Whether rows are repeated and combined.
    var isRedundant = false
    /// Whether limits may be met with a dual of zero.
    var isDegenerate = false
  }

  init(_ kind: Kind, variables: Int, rows: Int, using random: inout SeededGenerator) {
    func number() -> Double { Double.random(in: -1...1, using: &random) }
    func scale() -> Double { pow10(kind.decades * number() / 2) }
    let columnScales = (0..<variables).map { _ in scale() }
    let point = (0..<variables).map { number() * 3 / columnScales[$0] }
    self.point = point

    var entries: [SparseMatrix.Entry] = []
    var rowValues: [[(Int, Double)]] = []
    for _ in 0..<rows {
      var terms: [(Int, Double)] = []
      if kind.isRedundant, let first = rowValues.randomElement(using: &random),
        Bool.random(using: &random)
      {
        let factor = number() + 2
        terms = first.map { ($0.0, $0.1 * factor) }
      } else if variables > 0 {
        let factor = scale()
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let variable = Int.random(in: 0..<variables, using: &random)
          terms.append((variable, number() * factor * columnScales[variable]))
        }
      }
      rowValues.append(terms)
    }
    for (row, terms) in rowValues.enumerated() {
      for term in terms { entries.append(.init(row: row, column: term.0, value: term.1)) }
    }
    let constraints = SparseMatrix(rowCount: rows, columnCount: variables, entries: entries)

    var curvature: [SparseMatrix.Entry] = []
    for _ in 0..<(variables > 0 ? kind.curvature : 0) {
      let picked = (0..<3).map { _ in Int.random(in: 0..<variables, using: &random) }
      let factor = (0..<3).map { number() * columnScales[picked[$0]] }
      for a in 0..<3 {
        for b in 0..<3 where picked[a] < picked[b] || (picked[a] == picked[b]) {
          curvature.append(
            .init(row: picked[a], column: picked[b], value: factor[a] * factor[b]))
        }
      }
    }
    let quadratic = SparseMatrix(
      rowCount: variables, columnCount: variables, entries: curvature)

    // Limits around the point, and a dual where one binds.
    func limits(around value: Double, unit: Double) -> (Double, Double, Double) {
      let dual = kind.isDegenerate && Bool.random(using: &random) ? 0 : abs(number()) + 0.1
      let gap = (abs(number()) + 0.1) * unit
      switch Int.random(in: 0..<7, using: &random) {
      case 0: return (value, value, number() / unit)
      case 1: return (value, value + gap, -dual / unit)
      case 2: return (value - gap, value, dual / unit)
      case 3: return (value, .infinity, -dual / unit)
      case 4: return (-.infinity, value, dual / unit)
      case 5: return (value - gap, value + 2 * gap, 0)
      default: return (-.infinity, .infinity, 0)
      }
    }
    let values = constraints.multiply(point)
    var (rowLower, rowUpper, rowDuals) = ([Double](), [Double](), [Double]())
    for (row, value) in values.enumerated() {
      let unit = max(1e-3, rowValues[row].reduce(0) { max($0, abs($1.1 * point[$1.0])) })
      let (lower, upper, dual) = limits(around: value, unit: unit)
      rowLower.append(lower)
      rowUpper.append(upper)
      rowDuals.append(dual)
    }
    var (lower, upper, duals) = ([Double](), [Double](), [Double]())
    for (variable, value) in point.enumerated() {
      let limits = limits(around: value, unit: 1 / columnScales[variable])
      lower.append(limits.0)
      upper.append(limits.1)
      duals.append(limits.2)
    }
    let gradient = zip(
      quadratic.multiplySymmetric(point), constraints.multiplyTransposed(rowDuals)
    ).map { $0 + $1 }
    program = QuadraticProgram(
      quadratic: quadratic, linear: zip(gradient, duals).map { -($0 + $1) },
      constant: number(), constraints: constraints, rowLower: rowLower, rowUpper: rowUpper,
      lower: lower, upper: upper)
  }
}

/// 10 to a power.
private func pow10(_ exponent: Double) -> Double {
  var value = 1.0
  let whole = exponent.rounded(.down)
  for _ in 0..<Int(abs(whole)) { value *= 10 }
  return (whole < 0 ? 1 / value : value) * (1 + 9 * (exponent - whole))
}
