/// How a solve ended.
public enum SolutionStatus: String, Sendable, Codable {
  /// Feasible and optimal within the tolerances.
  case optimal
  /// No point meets all limits; `infeasibility` proves it.
  case infeasible
  /// The cost falls without end; `ray` shows where to, and a feasible point exists.
  case unbounded
  /// Neither was reached: the point is the best that was found.
  case iterationLimit
}

/// The answer of a quadratic program, in its own units.
///
/// With the duals y of the rows and w of the bounds, an optimum has
///
///     P x + q + Aᵀ y + w = 0.
///
/// A dual is positive where the upper limit binds and negative where the lower one does: a unit more of
/// an upper limit lowers the cost by y. A price, the cost of a unit more that an equality asks for, is
/// -y.
public struct QuadraticSolution: Sendable, Equatable {
  public var status: SolutionStatus
  /// Shape `[variableCount]`.
  public var primal: [Double]
  /// y, shape `[rowCount]`.
  public var rowDuals: [Double]
  /// w, shape `[variableCount]`.
  public var boundDuals: [Double]
  /// ½ xᵀ P x + qᵀ x + c at `primal`; infinite without an optimum.
  public var objective: Double
  /// The value of the dual program, a lower bound as far as `dualResidual` is zero.
  public var dualObjective: Double
  /// |objective - dualObjective| / max(1, |objective|).
  public var dualityGap: Double
  /// The largest violation of a limit, in the units of that row or variable.
  public var primalResidual: Double
  /// The largest entry of P x + q + Aᵀ y + w, in cost per unit.
  public var dualResidual: Double
  public var iterations: Int
  /// From the numbers to the answer, without the ordering that is made once for a pattern.
  public var seconds: Double
  /// The proof of `infeasible`.
  public var infeasibility: InfeasibilityCertificate?
  /// The proof of `unbounded`: shape `[variableCount]`.
  public var ray: UnboundednessCertificate?
}

/// Multipliers that no feasible point could have: by Farkas' lemma there is none where
///
///     Aᵀ (u - l) + (uₓ - lₓ) = 0   and   rowUpperᵀ u - rowLowerᵀ l + upperᵀ uₓ - lowerᵀ lₓ < 0
///
/// for l, u, lₓ, uₓ ≥ 0, zero where there is no limit.
///
/// Source: S. Boyd and L. Vandenberghe, *Convex Optimization*, 2004, section 5.8.
public struct InfeasibilityCertificate: Sendable, Equatable {
  /// l and u, shape `[rowCount]`.
  public var rowLower: [Double]
  public var rowUpper: [Double]
  /// lₓ and uₓ, shape `[variableCount]`.
  public var lower: [Double]
  public var upper: [Double]

  public init(rowLower: [Double], rowUpper: [Double], lower: [Double], upper: [Double]) {
    self.rowLower = rowLower
    self.rowUpper = rowUpper
    self.lower = lower
    self.upper = upper
  }

  /// The weighted sum of the limits, -1 in every certificate of a solver, and how far the multipliers are from
  /// cancelling each other.
  public func measure(for program: QuadraticProgram) -> (limits: Double, residual: Double) {
    let measure = measureTerms(for: program)
    return (measure.limits, measure.residual)
  }

  /// Limits that contradict each other by less than this share of their sizes, contradict each other by
  /// rounding.
  private static let rounding = 1e-9

  /// This certificate with limits that sum to -1, or `nil` where it proves nothing: the sum is not
  /// negative beyond rounding, or the multipliers do not cancel to `certainty` of it.
  func proof(for program: QuadraticProgram, certainty: Double) -> InfeasibilityCertificate? {
    let (limits, residual, size) = measureTerms(for: program)
    let factor = -1 / limits
    guard limits < -Self.rounding * size, residual <= -certainty * limits, factor.isFinite else {
      return nil
    }
    func scaled(_ values: [Double]) -> [Double] { values.map { $0 * factor } }
    return InfeasibilityCertificate(
      rowLower: scaled(rowLower), rowUpper: scaled(rowUpper), lower: scaled(lower),
      upper: scaled(upper))
  }

  /// The sum of the limits, the residual, and the sum of the sizes of the limits' terms.
  private func measureTerms(
    for program: QuadraticProgram
  ) -> (limits: Double, residual: Double, size: Double) {
    var sum = 0.0
    var size = 0.0
    func add(_ multiplier: Double, _ limit: Double) {
      guard multiplier != 0 else { return }
      sum += multiplier * limit
      size += abs(multiplier * limit)
    }
    for row in rowLower.indices {
      add(rowUpper[row], program.rowUpper[row])
      add(-rowLower[row], program.rowLower[row])
    }
    let net = zip(rowUpper, rowLower).map { $0 - $1 }
    let product = program.constraints.multiplyTransposed(net)
    var worst = 0.0
    for variable in lower.indices {
      add(upper[variable], program.upper[variable])
      add(-lower[variable], program.lower[variable])
      worst = max(worst, abs(product[variable] + upper[variable] - lower[variable]))
    }
    return (sum, worst, size)
  }
}

/// A direction in which the cost falls for ever and every limit holds: P d = 0, qᵀ d = -1, and A d
/// and d lead to no finite limit.
public struct UnboundednessCertificate: Sendable, Equatable {
  /// Shape `[variableCount]`.
  public var direction: [Double]

  public init(direction: [Double]) { self.direction = direction }

  /// qᵀ d, and how far the direction is from what it must be.
  public func measure(for program: QuadraticProgram) -> (slope: Double, residual: Double) {
    var worst = program.quadratic.multiplySymmetric(direction).reduce(0) { max($0, abs($1)) }
    func check(_ rate: Double, _ lower: Double, _ upper: Double) {
      if lower > -QuadraticProgram.unlimited { worst = max(worst, -rate) }
      if upper < QuadraticProgram.unlimited { worst = max(worst, rate) }
    }
    for (row, rate) in program.constraints.multiply(direction).enumerated() {
      check(rate, program.rowLower[row], program.rowUpper[row])
    }
    for (variable, rate) in direction.enumerated() {
      check(rate, program.lower[variable], program.upper[variable])
    }
    return (zip(program.linear, direction).reduce(0) { $0 + $1.0 * $1.1 }, worst)
  }
}
