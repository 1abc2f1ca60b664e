/// What is to be balanced: immutable, the same for every algorithm.
public protocol BalancingProblem: Sendable {
  var agentCount: Int { get }
  /// The central optimum of the objective, if it is known.
  var optimum: Double? { get }
  /// Judges the answer that the agents' decisions make together.
  func assess(_ decisions: [[Double]]) -> Assessment
}

/// What an assembled answer is worth.
public struct Assessment: Sendable, Equatable {
  /// In the problem's unit of cost.
  public var objective: Double
  /// The worst violation of a balance or a limit, in per unit.
  public var violation: Double

  public init(objective: Double, violation: Double) {
    self.objective = objective
    self.violation = violation
  }
}
