import DCOptimalFlow

/// Economic dispatch by gradient tracking on the price, a baseline.
///
/// Each agent has a price λ and an estimate y of the mean shortage of all. With gᵢ(λ) = demand less what
/// the units inject at λ, and Metropolis weights w:
///
///     λᵢ ← λᵢ + Σⱼ wᵢⱼ (λⱼ - λᵢ) + α yᵢ
///     yᵢ ← gᵢ(λᵢ) - Σⱼ σᵢⱼ + Σⱼ σⱼᵢ,    σᵢⱼ ← σᵢⱼ + wᵢⱼ yᵢ
///
/// Without losses that is y ← W y + g(λ⁺) - g(λ), as published. The running sums σ of what has gone over
/// a link are absolute values: what a lost message carried comes with the next, and at rest all y are
/// zero, whatever was lost.
///
///     messages = 2 edges a round;  words = 2 a message: λ and σ
///
/// It needs costs that bend: of a unit with a straight cost the answer jumps, the iteration circles, and
/// the run ends with its budget.
///
/// Sources: A. Nedić, A. Olshevsky, W. Shi, "Achieving geometric convergence for distributed
/// optimization over time-varying graphs", SIAM J. Optim. 27(4), 2017. Running sums: C. N. Hadjicostis,
/// N. H. Vaidya, A. D. Domínguez-García, "Robust distributed average consensus via exchange of running
/// sums", IEEE TAC 61(6), 2016.
public struct GradientTracking: BalancingAlgorithm {
  public var name: String { "gradient-tracking" }
  /// α, in price per power; `nil` for `defaultStep`.
  public var step: Double?
  /// Rounds that an agent waits for its neighbours before it goes on with what it has.
  public var patience = 1.0
  /// The largest mismatch of all agents together that is still to be expected when they settle, in per
  /// unit.
  public var tolerance = 1e-7

  public init(step: Double? = nil) { self.step = step }

  public func agents(for problem: DispatchProblem) -> [GradientTrackingAgent] {
    let step = step ?? Self.defaultStep(for: problem)
    let weights = problem.metropolisWeights
    return problem.duties.indices.map { agent in
      GradientTrackingAgent(
        problem.duties[agent], neighbors: problem.neighbors[agent], weights: weights[agent],
        step: step, patience: patience,
        settling: Settling(tolerance: tolerance / Double(problem.agentCount)))
    }
  }

  /// A part of one over the mean slope of all answers. Twice as much circles on case30 of MATPOWER.
  static func defaultStep(for problem: DispatchProblem) -> Double {
    let slopes = problem.duties.map(\.slope)
    let mean = slopes.reduce(0, +) / Double(slopes.count)
    return mean > 0 ? stepShare / mean : 1
  }

  private static let stepShare = 0.02
}

/// An agent that follows the price by gradient tracking.
public struct GradientTrackingAgent: BalancingAgent {
  public let neighbors: [Int]
  public let trigger: Trigger
  private let duty: DispatchProblem.Duty
  private let weights: [Double]
  private let stepSize: Double
  private var links: [Link]
  /// λ, in cost per per-unit hour.
  public private(set) var price = 0.0
  /// y, in per unit.
  private var shortage: Double
  private var settling: Settling

  private struct Link {
    var life = 0
    var price: Double?
    var sent = 0.0
    var received = 0.0
  }

  init(
    _ duty: DispatchProblem.Duty, neighbors: [Int], weights: [Double], step: Double,
    patience: Double, settling: Settling
  ) {
    self.duty = duty
    self.neighbors = neighbors
    self.weights = weights
    self.settling = settling
    stepSize = step
    trigger = .everyNeighbor(patience: patience)
    links = neighbors.map { _ in Link() }
    shortage = duty.shortage(at: 0)
  }

  public mutating func absorb(_ message: Message) {
    guard let place = neighbors.firstIndex(of: message.sender), message.words.count == 2,
      message.words.allSatisfy(\.isFinite)
    else { return }
    // A neighbour that starts anew knows nothing of what it was sent.
    if message.life > links[place].life {
      links[place].life = message.life
      links[place].sent = 0
    }
    links[place].price = message.words[0]
    links[place].received = message.words[1]
  }

  public mutating func step(through exchange: inout Exchange) {
    if links.contains(where: { $0.price != nil }) || links.isEmpty { move() }
    for place in links.indices {
      links[place].sent += weights[place] * shortage
      exchange.tell(neighbors[place], [price, links[place].sent])
    }
  }

  private mutating func move() {
    var next = price + stepSize * shortage
    var spread = 0.0
    for (place, link) in links.enumerated() {
      guard let theirs = link.price else { continue }
      next += weights[place] * (theirs - price)
      spread = max(spread, abs(theirs - price))
    }
    price = next
    shortage = duty.shortage(at: price)
    for link in links { shortage += link.received - link.sent }
    settling.note(max(abs(shortage), spread * duty.slope))
  }

  public var opinion: Opinion {
    Opinion(
      decision: duty.injections(at: price), copies: [Opinion.Copy(of: 0, value: price)],
      confidence: settling.isSettled ? .settled : .none)
  }
}
