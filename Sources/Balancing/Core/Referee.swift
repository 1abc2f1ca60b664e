/// Stands outside, sees everything, and says what an answer is worth.
public struct Referee<Problem: BalancingProblem>: Sendable {
  public let problem: Problem
  public var tolerance: Tolerance

  public init(_ problem: Problem, tolerance: Tolerance = Tolerance()) {
    self.problem = problem
    self.tolerance = tolerance
  }

  /// Judges what all agents would do now.
  public func score(_ opinions: [Opinion]) -> Score {
    let assessment = problem.assess(opinions.map(\.decision))
    var copies: [(quantity: Int, value: Double)] = []
    for opinion in opinions { copies += opinion.copies.map { ($0.quantity, $0.value) } }
    copies.sort { ($0.quantity, $0.value) < ($1.quantity, $1.value) }
    var (sum, largest) = (0.0, 0.0)
    var first = 0
    for place in copies.indices {
      if copies[place].quantity != copies[first].quantity { first = place }
      for other in first..<place {
        let difference = copies[place].value - copies[other].value
        sum += difference * difference
        largest = max(largest, abs(difference))
      }
    }
    let gap = problem.optimum.map { optimum in
      abs(assessment.objective - optimum) / max(abs(optimum), .leastNormalMagnitude)
    }
    return Score(
      objective: assessment.objective, gap: gap, violation: assessment.violation,
      consensus: sum.squareRoot(), largestDifference: largest)
  }

  /// Whether an answer is as good as was asked for.
  public func accepts(_ score: Score) -> Bool {
    (score.gap ?? 0) <= tolerance.gap && score.violation <= tolerance.violation
      && score.consensus <= tolerance.consensus
  }
}

/// How good an answer has to be.
public struct Tolerance: Sendable, Equatable, Codable {
  /// |f - f*| / |f*|.
  public var gap: Double
  /// The worst violation of a balance or a limit of the assembled answer, in per unit.
  public var violation: Double
  /// l2 over all pairs of copies.
  public var consensus: Double

  public init(gap: Double = 1e-6, violation: Double = 1e-6, consensus: Double = .infinity) {
    self.gap = gap
    self.violation = violation
    self.consensus = consensus
  }

  /// That of the PowerModelsADA framework: mismatches of 0.01 at all borders together, cost within one
  /// per cent.
  public static let powerModelsADA = Tolerance(gap: 0.01, violation: .infinity, consensus: 0.01)
}

/// What an answer is worth.
public struct Score: Sendable, Equatable, Codable {
  public var objective: Double
  /// |f - f*| / |f*|; `nil` where the optimum is not known.
  public var gap: Double?
  /// In per unit.
  public var violation: Double
  /// l2 over all pairs of copies of a quantity.
  public var consensus: Double
  public var largestDifference: Double
}

/// How a run ended.
public enum Stop: String, Sendable, Codable {
  /// The agents agreed that they were done, and the answer is as good as was asked for.
  case `true`
  /// They agreed, and it is not.
  case falseConvergence
  /// The rounds were used up.
  case budget
}
