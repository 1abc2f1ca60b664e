import Assets
import Balancing
import GridModel

/// One segment's part in balancing one tick, round by round; it does no input or output.
///
///     outgoing ─▶ what each neighbour is told ─▶ absorb what they told ─▶ … until isOver
///
/// All segments do the same number of rounds. In the first, neighbours tell each other how their
/// sides of the ties answer; from then on they agree on the plan.
package struct BalanceRun: Sendable {
  package let tick: Int64
  private let balancer: SegmentBalancer
  private let draft: SegmentBalancer.Draft
  private let start: [[Double]]
  private var agent = Agent.none
  package private(set) var agreement: RoundAgreement
  private let figures: [TieFigures]

  private enum Agent: Sendable {
    case none
    case consensus(RegionConsensus)
    case tree(TreeRegion)
  }

  /// The largest imbalance at a tie that is still asked to be corrected when segments are at rest, as a
  /// share of the power that is handled there.
  private static let tolerance = 1e-3

  init(_ balancer: SegmentBalancer, draft: SegmentBalancer.Draft, after state: SegmentState) {
    self.balancer = balancer
    self.draft = draft
    tick = state.tick + 1
    start = balancer.pulls(after: state.balance)
    figures = draft.region.links.indices.map { TieFigures(of: $0, in: draft.region) }
    agreement = RoundAgreement(
      reach: balancer.talks.reach, limit: balancer.plan.maximumRounds + 1)
  }

  package var round: Int { agreement.round }
  package var isOver: Bool { agreement.isOver }
  package var neighbours: [SegmentPlan.ID] { balancer.talks.neighbours }

  /// Computes a round, and returns what each neighbour is told, in their order.
  package mutating func outgoing() -> [BalanceMessage] {
    let words: [[Double]]
    switch agent {
    case .none: words = figures.map(\.words)
    case .consensus(var region):
      words = region.step()
      agent = .consensus(region)
    case .tree(var region):
      words = region.step()
      agent = .tree(region)
    }
    return words.map { BalanceMessage(round: round, note: agreement.note, words: $0) }
  }

  /// Ends a round with what the neighbours told, in their order.
  package mutating func absorb(_ messages: [BalanceMessage]) throws(SegmentError) {
    guard messages.count == neighbours.count, messages.allSatisfy({ $0.round == round }) else {
      throw .wrongRound
    }
    var isCalm = false
    let words = messages.map(\.words)
    switch agent {
    case .none: agent = try begin(hearing: words)
    case .consensus(var region):
      region.absorb(words)
      isCalm = region.residual <= Self.tolerance
      agent = .consensus(region)
    case .tree(var region):
      region.absorb(words)
      isCalm = region.isDone
      agent = .tree(region)
    }
    agreement.conclude(isCalm: isCalm, heard: messages.map(\.note))
  }

  private func begin(hearing words: [[Double]]) throws(SegmentError) -> Agent {
    if balancer.plan.algorithm == .tree {
      let (parent, children) = balancer.treeLinks
      return .tree(TreeRegion(draft.region, parent: parent, children: children))
    }
    var neighbours: [TieFigures] = []
    for words in words {
      guard let figures = TieFigures(words: words) else { throw .wrongRound }
      neighbours.append(figures)
    }
    do {
      return .consensus(
        try RegionConsensus(
          draft.region, neighbors: neighbours, from: start, price: balancer.price))
    } catch { throw .cannotBalance("\(error)") }
  }

  /// What comes of it.
  func outcome() -> BalanceOutcome {
    var state = BalanceState()
    var decision = HorizonDecision()
    var residual = 0.0
    switch agent {
    case .none: break
    case .consensus(let region):
      decision = region.decision(period: 0)
      state.pulls = region.pulls
      residual = region.residual
    case .tree(let region): decision = region.decision
    }
    state.setPoints = balancer.setPoints(decision, of: draft)
    state.flows = decision.flows
    return BalanceOutcome(tick: tick, state: state, rounds: round, residual: residual)
  }
}

/// What was decided for a tick.
struct BalanceOutcome: Sendable {
  var tick: Int64
  var state: BalanceState
  var rounds: Int
  var residual: Double
}
