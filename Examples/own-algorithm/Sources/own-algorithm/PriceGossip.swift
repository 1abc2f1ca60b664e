import Balancing
import Foundation

/// A dispatch without a tree: every agent keeps a price, moves it towards its neighbours', and corrects
/// it by its own shortage. With falling steps all prices meet at the one that balances the grid.
///
///     λᵢ ← λᵢ + β Σⱼ (λⱼ - λᵢ) / (k+1)^0.001 - α (pᵢ(λᵢ) - demandᵢ) / (k+1)^0.7
///
/// S. Kar, G. Hug, "Distributed robust economic dispatch in power systems: a consensus + innovations
/// approach", IEEE PES General Meeting 2012.
struct PriceGossip: BalancingAlgorithm {
  var name: String { "price-gossip" }
  /// Prices' change for a shortage of one per unit, in cost per per-unit hour.
  var step = 500.0

  func agents(for problem: DispatchProblem) -> [PriceAgent] {
    let mostNeighbors = problem.neighbors.map(\.count).max() ?? 0
    return problem.duties.indices.map {
      PriceAgent(
        problem.duties[$0], neighbors: problem.neighbors[$0], step: step,
        pull: 1 / Double(mostNeighbors + 1))
    }
  }
}

/// An agent: its own units and demand, and the prices that its neighbours told.
struct PriceAgent: BalancingAgent {
  let neighbors: [Int]
  // All neighbours speak in every round; after one round in vain the last price stands.
  let trigger = Trigger.everyNeighbor(patience: 1)
  private let duty: DispatchProblem.Duty
  private let step: Double
  private let pull: Double
  private var price = 0.0
  private var prices: [Int: Double] = [:]
  private var round = 0

  init(_ duty: DispatchProblem.Duty, neighbors: [Int], step: Double, pull: Double) {
    self.duty = duty
    self.neighbors = neighbors
    self.step = step
    self.pull = pull
  }

  mutating func absorb(_ message: Message) {
    guard message.words.count == 1 else { return }
    prices[message.sender] = message.words[0]
  }

  mutating func step(through exchange: inout Exchange) {
    let difference = neighbors.reduce(0) { $0 + (prices[$1] ?? price) - price }
    let surplus = decision.reduce(0, +) - duty.demand
    round += 1
    price += pull * difference - step / pow(Double(round), 0.7) * surplus
    for neighbor in neighbors { exchange.tell(neighbor, [price]) }
  }

  /// What each unit injects at the price.
  private var decision: [Double] {
    duty.units.map { unit in
      guard case .quadratic(let quadratic, let linear, _) = unit.cost, quadratic > 0 else {
        return unit.lower
      }
      return min(max((price - linear) / (2 * quadratic), unit.lower), unit.upper)
    }
  }

  // It never says that it is done: its steps fall for ever.
  var opinion: Opinion { Opinion(decision: decision) }
}
