/// Demand response under a cap: all give up a little of what they want, so that together they stay
/// below a cap in every slot.
///
///     minimise    Σ aᵢ/2 (xᵢₜ - wantᵢₜ)²
///     subject to  Σᵢ xᵢₜ ≤ capₜ,   x ≥ 0
///
/// A decision is an agent's x, slot by slot.
public struct ResponseProblem: BalancingProblem {
  /// Shape `[agentCount]`.
  public let discomfort: [Double]
  /// Shape `[agentCount][slotCount]`.
  public let want: [[Double]]
  /// Shape `[slotCount]`.
  public let cap: [Double]
  public let optimum: Double?

  public var agentCount: Int { discomfort.count }

  public init(discomfort: [Double], want: [[Double]], cap: [Double], optimum: Double? = nil) {
    precondition(want.count == discomfort.count, "One row of wants for each agent.")
    precondition(want.allSatisfy { $0.count == cap.count }, "One want for each slot.")
    precondition(discomfort.allSatisfy { $0 > 0 }, "What is given up is felt.")
    self.discomfort = discomfort
    self.want = want
    self.cap = cap
    self.optimum = optimum
  }

  public func assess(_ decisions: [[Double]]) -> Assessment {
    var total = cap.map { -$0 }
    var (cost, violation) = (0.0, 0.0)
    for (agent, decision) in decisions.enumerated() {
      for (slot, x) in decision.enumerated() {
        let missing = x - want[agent][slot]
        cost += discomfort[agent] / 2 * missing * missing
        total[slot] += x
        violation = max(violation, -x)
      }
    }
    for excess in total { violation = max(violation, excess) }
    return Assessment(objective: cost, violation: violation)
  }
}
