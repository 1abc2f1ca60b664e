import ConvexOptimization
import DCOptimalFlow

/// A region in consensus ADMM.
public struct RegionAgent: BalancingAgent {
  public let trigger: Trigger
  private let region: RegionProgram
  private let parameters: ConsensusADMM.Parameters
  private var solver: WarmSolver
  private var links: [Link]
  private var linear: [Double]
  private var isFeasible = true
  private var settling: Settling

  private var hasMoved = false
  /// Counts steps; not behind that of any neighbour.
  private var round = 0
  private var extrapolation: Extrapolation
  private var history: [Past] = []
  /// v without the last leap.
  private var unleapt: [[Double]]?

  /// Where the region was in a round, and what its neighbours said to that.
  private struct Past {
    let round: Int
    /// v of each link, and of each link that answered m - v.
    let pulls: [[Double]]
    var residuals: [[Double]?]

    var isComplete: Bool { residuals.allSatisfy { $0 != nil } }

    /// v + α (m - v), where all have answered.
    func plainStep(_ relaxation: Double) -> [[Double]]? {
      guard isComplete else { return nil }
      return zip(pulls, residuals).map { pull, residual in
        zip(pull, residual!).map { $0 + relaxation * $1 }
      }
    }
  }

  public var neighbors: [Int] { region.neighbors }

  /// How many earlier messages are said again with each where some are lost: a leap needs all of a
  /// round's.
  private static let repeats = 3
  /// A stamp is a round times this, and how many earlier messages come with it.
  private static let stampsPerRound = 4

  private struct Link {
    let penalty: Double
    /// v and s, shape `[metric.rows.count]`.
    var pull: [Double]
    var value: [Double]
    /// The imbalance that the last message asked to correct, in per unit.
    var residual = Double.infinity
    /// How many messages the neighbour had not heard, of the last few.
    var unheard: [Int] = []
    /// What was said in the last rounds, the newest first.
    var said: [[Double]] = []

    /// The least of a few, so that a loss now and then does not look like a slow link.
    mutating func lag(_ next: Int) -> Int {
      unheard.append(max(1, next))
      if unheard.count > 8 { unheard.removeFirst() }
      return unheard.reduce(next) { min($0, $1) }
    }

    /// Whether messages went astray of late.
    var isLossy: Bool { unheard.contains { $0 != unheard[0] } }
  }

  init(
    _ region: RegionProgram, tree: SpanningTree, _ parameters: ConsensusADMM.Parameters
  ) throws {
    self.region = region
    self.parameters = parameters
    trigger =
      parameters.quorum.map { .neighbors($0, patience: parameters.patience) }
      ?? .everyNeighbor(patience: parameters.patience)
    solver = try WarmSolver(region.program)
    links = region.metrics.map { metric in
      let zero = [Double](repeating: 0, count: metric.rows.count)
      return Link(penalty: parameters.penalty ?? metric.penalty, pull: zero, value: zero)
    }
    linear = region.program.linear
    settling = Settling(tolerance: parameters.tolerance)
    extrapolation = Extrapolation(
      parent: tree.parent[region.agent], children: tree.children[region.agent],
      height: tree.height, floor: Settling.rounding * parameters.tolerance)
    weigh()
  }

  /// Writes the penalties into the program's P.
  private mutating func weigh() {
    var quadratic = region.program.quadratic
    for (place, list) in region.shared.enumerated() {
      let metric = region.metrics[place].values
      for (i, a) in list.enumerated() {
        for (j, b) in list.enumerated() where a <= b {
          let value = links[place].penalty * metric[i * list.count + j]
          quadratic.add(value, row: a, column: b)
        }
      }
    }
    solver.setQuadratic(quadratic.values)
  }

  public mutating func absorb(_ message: Message) {
    guard let place = neighbors.firstIndex(of: message.sender),
      message.words.count >= links[place].pull.count,
      message.words.allSatisfy(\.isFinite)
    else { return }
    let count = links[place].pull.count
    let (theirRound, repeats) = (
      message.stamp / Self.stampsPerRound, message.stamp % Self.stampsPerRound
    )
    let extra = count * (1 + repeats)
    guard message.words.count >= extra else { return }
    round = max(round, theirRound)
    for back in 0...repeats {
      guard let past = history.lastIndex(where: { $0.round == theirRound - back }),
        history[past].residuals[place] == nil
      else { continue }
      history[past].residuals[place] = (0..<count).map {
        message.words[back * count + $0] - history[past].pulls[place][$0]
      }
    }
    if message.words.count > extra {
      extrapolation.absorb(Array(message.words[extra...]), from: message.sender)
    }
    let change = (0..<count).map { message.words[$0] - links[place].pull[$0] }
    hasMoved = true
    links[place].residual = region.metrics[place].norm(change)
    // Of old news a smaller part is taken: a delayed answer turns the iteration, and full steps would
    // hardly damp it.
    let share = 2 / Double(1 + links[place].lag(message.unheard))
    for item in change.indices {
      links[place].pull[item] += share * parameters.relaxation * change[item]
    }
  }

  public mutating func step(through exchange: inout Exchange) {
    round += 1
    leap()
    for variable in linear.indices { linear[variable] = region.program.linear[variable] }
    for (place, list) in region.shared.enumerated() {
      let metric = region.metrics[place].values
      for (i, variable) in list.enumerated() {
        var pull = 0.0
        for j in list.indices { pull += metric[i * list.count + j] * links[place].pull[j] }
        linear[variable] -= links[place].penalty * pull
      }
    }
    isFeasible = solver.solve(linear: linear)
    report()
    for (place, list) in region.shared.enumerated() {
      for (i, variable) in list.enumerated() { links[place].value[i] = solver.primal[variable] }
      let link = links[place]
      let words = link.value.indices.map { 2 * link.value[$0] - link.pull[$0] }
      let repeated = link.isLossy ? link.said : []
      exchange.tell(
        neighbors[place], stamp: Self.stampsPerRound * round + repeated.count,
        words + repeated.joined() + extrapolation.words(for: neighbors[place], at: round))
      links[place].said = [words] + link.said.prefix(Self.repeats - 1)
    }
    if hasMoved || links.isEmpty { settling.note(links.reduce(0) { max($0, $1.residual) }) }
    hasMoved = false
  }

  // MARK: Leaps

  private mutating func leap() {
    let (deed, rounds, combination) = extrapolation.deed(at: round)
    let before = links.map(\.pull)
    var next: [[Double]]?
    switch deed {
    case .wait: break
    case .undo:
      next = unleapt
      unleapt = nil
    case .leap:
      let shift = round - rounds.upperBound
      next = combine(rounds, combination) { past(of: $0 + shift)?.pulls }
    case .leapBack:
      next = combine(rounds, combination) { past(of: $0)?.plainStep(parameters.relaxation) }
    }
    guard let next else { return }
    if deed != .undo { unleapt = before }
    for place in links.indices { links[place].pull = next[place] }
  }

  private func past(of round: Int) -> Past? {
    if round == self.round {
      return Past(round: round, pulls: links.map(\.pull), residuals: [])
    }
    return history.last { $0.round == round }
  }

  /// Σ weight v; `nil` where a v is not known.
  private func combine(
    _ rounds: ClosedRange<Int>, _ weights: [Double], _ pulls: (Int) -> [[Double]]?
  ) -> [[Double]]? {
    var sum = links.map { [Double](repeating: 0, count: $0.pull.count) }
    for (round, weight) in zip(rounds, weights) where weight != 0 {
      guard let pulls = pulls(round) else { return nil }
      for link in sum.indices {
        for item in sum[link].indices { sum[link][item] += weight * pulls[link][item] }
      }
    }
    return sum
  }

  /// Keeps this round, and reports when a window has ended.
  private mutating func report() {
    guard !links.isEmpty else { return }
    let rounds = extrapolation.rounds
    let window = rounds.map { round in history.last { $0.round == round } }
    if extrapolation.asks(at: round, isComplete: window.allSatisfy { $0?.isComplete == true }) {
      let weighted = window.map { past in
        past?.isComplete == true
          ? region.metrics.enumerated().map { $1.apply(past!.residuals[$0]!) } : nil
      }
      extrapolation.take(
        window.indices.map { row in
          guard let weighted = weighted[row] else { return nil }
          return (0...row).map { column in
            guard let other = window[column], other.isComplete else { return 0 }
            return zip(weighted, other.residuals).reduce(0) { sum, pair in
              zip(pair.0, pair.1!).reduce(sum) { $0 + $1.0 * $1.1 }
            }
          }
        })
    }
    extrapolation.advance(to: round)
    if history.count == Self.historyLength { history.removeFirst() }
    history.append(
      Past(
        round: round, pulls: links.map(\.pull), residuals: links.map { _ in nil }))
  }

  /// A window, and as long again for what comes late and for the way through the tree.
  private static let historyLength = 3 * Extrapolation.window

  public var opinion: Opinion {
    var copies: [Opinion.Copy] = []
    for (metric, link) in zip(region.metrics, links) {
      for (row, value) in zip(metric.rows, link.value) {
        copies.append(Opinion.Copy(of: row, value: value))
      }
    }
    for tie in region.ties {
      let flow = tie.branch.flow(from: solver.primal[tie.from], to: solver.primal[tie.to])
      copies.append(Opinion.Copy(of: tie.quantity, value: flow))
    }
    return Opinion(
      decision: region.decision.map { solver.primal[$0] }, copies: copies,
      confidence: isFeasible && settling.isSettled ? .settled : .none)
  }
}

extension LinkMetric {
  /// M x.
  func apply(_ x: [Double]) -> [Double] {
    x.indices.map { i in
      var sum = 0.0
      for j in x.indices { sum += values[i * x.count + j] * x[j] }
      return sum
    }
  }

  /// √(xᵀ M x): of a disagreement, the imbalance that it makes, in per unit.
  func norm(_ x: [Double]) -> Double {
    var sum = 0.0
    for i in x.indices {
      for j in x.indices { sum += x[i] * values[i * x.count + j] * x[j] }
    }
    return max(0, sum).squareRoot()
  }
}

extension SparseMatrix {
  /// Adds to an entry that is there.
  fileprivate mutating func add(_ value: Double, row: Int, column: Int) {
    for entry in entries(ofColumn: column) where rows[entry] == row {
      values[entry] += value
      return
    }
    preconditionFailure("The pattern holds every entry that is written.")
  }
}
