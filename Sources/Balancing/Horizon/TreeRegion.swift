/// A region in a dispatch by tree sums, round by round: see `TreeDispatch`. It looks at one period,
/// and its lines carry anything.
package struct TreeRegion: Sendable {
  private var agent: TreeAgent
  private let links: Int
  private var exchange = Exchange()

  /// - Parameters:
  ///   - parent: the link towards the root; `nil` at the root.
  ///   - children: the links away from it.
  package init(_ region: HorizonRegion, parent: Int?, children: [Int]) {
    var duty = DispatchProblem.Duty()
    duty.demand = region.demand[0].reduce(0, +)
    duty.units = region.units.map { unit in
      DispatchProblem.unit(
        lower: unit.lower[0], upper: unit.upper[0], quadratic: unit.quadratic[0],
        linear: unit.linear[0])
    }
    agent = TreeAgent(duty, parent: parent, children: children, 0)
    links = region.links.count
  }

  /// What each neighbour is told: a stamp and words, or nothing.
  package mutating func step() -> [[Double]] {
    exchange.clear()
    agent.step(through: &exchange)
    var words = [[Double]](repeating: [], count: links)
    for said in exchange.outbox { words[said.receiver] = [Double(said.stamp)] + said.words }
    return words
  }

  package mutating func absorb(_ messages: [[Double]]) {
    for (link, words) in messages.enumerated() {
      guard let first = words.first, let stamp = Int(exactly: first) else { continue }
      agent.absorb(
        Message(from: link, to: -1, stamp: stamp, words: Array(words.dropFirst())))
    }
  }

  package var isDone: Bool { agent.opinion.confidence == .final }

  package var decision: HorizonDecision { HorizonDecision(units: agent.opinion.decision) }
}
