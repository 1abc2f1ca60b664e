import DCOptimalFlow

/// Exact dispatch by sums over a spanning tree.
///
/// Sums of what all could do rise to the root, which sends a price down; answers to it rise, and so on
/// by Newton steps until they meet the demand. Then the root says so, and all are done.
///
///     rounds   = height × (2 evaluations + 2)
///     messages = (agents - 1) × (2 evaluations + 2)
public struct TreeDispatch: BalancingAlgorithm {
  public var name: String { "tree" }
  /// Rounds after which what was not acknowledged is said again; `nil` for a way through the tree and
  /// back.
  public var patience: Double?

  public init(patience: Double? = nil) { self.patience = patience }

  public func agents(for problem: DispatchProblem) -> [TreeAgent] {
    let tree = SpanningTree(problem.neighbors)
    let patience = patience ?? Double(2 * tree.height + 2)
    return problem.duties.indices.map {
      TreeAgent(problem.duties[$0], parent: tree.parent[$0], children: tree.children[$0], patience)
    }
  }
}

/// An agent of a tree dispatch.
public struct TreeAgent: BalancingAgent {
  public let neighbors: [Int]
  public let trigger: Trigger
  private let duty: DispatchProblem.Duty
  private let parent: Int?
  private let children: [Int]
  /// Of each child: the evaluation that it has answered, and its words.
  private var answered: [Int]
  private var sums: [[Double]]
  /// The evaluation that is being answered; zero for the first sums.
  private var evaluation = 0
  /// The evaluation that asks for the first sums: zero, or a later one of a root that starts anew among
  /// others that do not.
  private var first = 0
  private var told = -1
  private var isLast = false
  private var search = PriceSearch()
  private var demand = 0.0
  /// In cost per per-unit hour.
  public private(set) var price = 0.0
  private var share = 0.0

  /// In the place of a share: tell the first sums again.
  private static let anew = -1.0
  private static let answer = 0
  private static let last = 1

  init(_ duty: DispatchProblem.Duty, parent: Int?, children: [Int], _ patience: Double) {
    self.duty = duty
    self.parent = parent
    self.children = children
    neighbors = (children + [parent].compactMap { $0 }).sorted()
    trigger = .everyMessage(patience: patience)
    answered = children.map { _ in -1 }
    sums = children.map { _ in [] }
  }

  public mutating func absorb(_ message: Message) {
    guard message.words.allSatisfy({ !$0.isNaN }) else { return }
    let (number, isLast) = (message.stamp / 2, message.stamp % 2 == Self.last)
    if message.sender == parent {
      guard message.words.count == 2, number > evaluation else { return }
      evaluation = number
      price = message.words[0]
      share = message.words[1]
      if share == Self.anew {
        first = number
        share = 0
      }
      self.isLast = isLast
    } else if let child = children.firstIndex(of: message.sender) {
      if parent == nil, evaluation == first, number > evaluation {
        evaluation = number + 1
        first = evaluation
        return
      }
      guard number > answered[child], message.words.count == (number == first ? 3 : 6) else {
        return
      }
      answered[child] = number
      sums[child] = message.words
    }
  }

  public mutating func step(through exchange: inout Exchange) {
    if evaluation > 0, told < 2 * evaluation {
      tellChildren(&exchange)
      told = 2 * evaluation
    }
    guard !isLast, told < 2 * evaluation + 1, answered.allSatisfy({ $0 >= evaluation }) else {
      return
    }
    told = 2 * evaluation + 1
    let sum = sumOfAll()
    if let parent {
      exchange.tell(parent, stamp: 2 * evaluation + Self.answer, sum)
    } else {
      decide(sum)
      tellChildren(&exchange)
      told = 2 * evaluation
    }
    // A root without children answers itself.
    if parent == nil, children.isEmpty, !isLast { step(through: &exchange) }
  }

  private func tellChildren(_ exchange: inout Exchange) {
    for child in children {
      exchange.tell(
        child, stamp: 2 * evaluation + (isLast ? Self.last : Self.answer),
        [price, evaluation == first ? Self.anew : share])
    }
  }

  /// First the demand, and the price's line if no limit bound: Σ 1 / 2a and Σ b / 2a. Then the answer
  /// to a price.
  private func sumOfAll() -> [Double] {
    if evaluation == first {
      var words = [duty.demand, 0, 0]
      for unit in duty.units {
        guard case .quadratic(let quadratic, let linear, _) = unit.cost, quadratic > 0 else {
          continue
        }
        words[1] += 1 / (2 * quadratic)
        words[2] += linear / (2 * quadratic)
      }
      for sum in sums { for place in words.indices { words[place] += sum[place] } }
      return words
    }
    var response = UnitResponse()
    for unit in duty.units { response.add(UnitResponse(unit, price: price)) }
    for sum in sums { response.add(UnitResponse(words: sum[...])) }
    return response.words
  }

  private mutating func decide(_ sum: [Double]) {
    if evaluation == first {
      demand = sum[0]
      price = sum[1] > 0 ? (sum[0] + sum[2]) / sum[1] : 0
    } else {
      switch search.judge(UnitResponse(words: sum[...]), at: price, demand: demand) {
      case .next(let next): price = next
      case .found(let found):
        share = found
        isLast = true
      case .impossible: isLast = true
      }
    }
    evaluation += 1
  }

  public var opinion: Opinion {
    let decision = duty.units.map { unit in
      let response = UnitResponse(unit, price: price)
      return response.least + share * (response.most - response.least)
    }
    return Opinion(decision: decision, confidence: isLast ? .final : .none)
  }
}
