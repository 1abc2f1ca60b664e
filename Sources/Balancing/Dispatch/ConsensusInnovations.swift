import DCOptimalFlow
import Foundation

/// Economic dispatch by consensus and innovations, a baseline.
///
/// Each agent has a price λ, which it draws towards its neighbours' (the consensus) and moves with its
/// own shortage gᵢ(λ) = demand less what its units inject at λ (the innovation), by less and less:
///
///     λᵢ ← λᵢ + Σⱼ wᵢⱼ (λⱼ - λᵢ) + αₜ gᵢ(λᵢ),    αₜ = α₀ / (1 + t / T)^0.85
///
/// with Metropolis weights w and the agent's own step count t. It converges slowly, the steps' sum being
/// infinite and the steps going to zero, also with losses: a price that is lost is made good by the
/// next. It does not settle to more digits than a few: the run ends with its budget.
///
///     messages = 2 edges a round;  words = 1 a message: λ
///
/// Source: S. Kar, G. Hug, "Distributed robust economic dispatch in power systems: a consensus +
/// innovations approach", IEEE PES General Meeting 2012.
public struct ConsensusInnovations: BalancingAlgorithm {
  public var name: String { "consensus-innovations" }
  /// α₀, in price per power; `nil` for one over the largest slope of an agent's answer.
  public var step: Double?
  /// T: steps until the innovation has fallen to about a half.
  public var horizon = 30.0
  /// Rounds that an agent waits for its neighbours before it goes on with what it has.
  public var patience = 1.0
  /// The largest mismatch of all agents together that is still to be expected when they settle, in per
  /// unit.
  public var tolerance = 1e-7

  public init(step: Double? = nil) { self.step = step }

  public func agents(for problem: DispatchProblem) -> [ConsensusInnovationsAgent] {
    let steepest = problem.duties.reduce(0) { max($0, $1.slope) }
    let step = step ?? (steepest > 0 ? 1 / steepest : 1)
    let weights = problem.metropolisWeights
    return problem.duties.indices.map { agent in
      ConsensusInnovationsAgent(
        problem.duties[agent], neighbors: problem.neighbors[agent], weights: weights[agent],
        step: step, horizon: horizon, patience: patience,
        settling: Settling(tolerance: tolerance / Double(problem.agentCount)))
    }
  }
}

/// An agent that follows the price by consensus and innovations.
public struct ConsensusInnovationsAgent: BalancingAgent {
  public let neighbors: [Int]
  public let trigger: Trigger
  private let duty: DispatchProblem.Duty
  private let weights: [Double]
  private let firstStep: Double
  private let horizon: Double
  private var count = 0
  private var prices: [Double?]
  /// λ, in cost per per-unit hour.
  public private(set) var price = 0.0
  private var settling: Settling

  private static let decay = 0.85

  init(
    _ duty: DispatchProblem.Duty, neighbors: [Int], weights: [Double], step: Double,
    horizon: Double, patience: Double, settling: Settling
  ) {
    self.duty = duty
    self.neighbors = neighbors
    self.weights = weights
    self.horizon = horizon
    self.settling = settling
    firstStep = step
    trigger = .everyNeighbor(patience: patience)
    prices = neighbors.map { _ in nil }
  }

  public mutating func absorb(_ message: Message) {
    guard let place = neighbors.firstIndex(of: message.sender), message.words.count == 1,
      message.words[0].isFinite
    else { return }
    prices[place] = message.words[0]
  }

  public mutating func step(through exchange: inout Exchange) {
    if prices.contains(where: { $0 != nil }) || prices.isEmpty { move() }
    for neighbor in neighbors { exchange.tell(neighbor, [price]) }
  }

  private mutating func move() {
    let shortage = duty.shortage(at: price)
    let stepSize = firstStep / pow(1 + Double(count) / horizon, Self.decay)
    count += 1
    var next = price + stepSize * shortage
    var spread = 0.0
    for (place, theirs) in prices.enumerated() {
      guard let theirs else { continue }
      next += weights[place] * (theirs - price)
      spread = max(spread, abs(theirs - price))
    }
    let move = abs(next - price)
    price = next
    settling.note(max(prices.isEmpty ? abs(shortage) : 0, max(move, spread) / stepSize))
  }

  public var opinion: Opinion {
    Opinion(
      decision: duty.injections(at: price), copies: [Opinion.Copy(of: 0, value: price)],
      confidence: settling.isSettled ? .settled : .none)
  }
}
