/// Demand response by dual decomposition: agents answer a price for each slot with what they would
/// take, and how fast that falls with the price; one of them sums, and moves each price by a Newton
/// step, which for a falling, bending answer comes from one side and ends exactly.
///
///     rounds   = 2 × prices sent
///     messages = 2 (agents - 1) a price; 2 slots words up, slots + 1 down
public struct DualDecomposition: BalancingAlgorithm {
  public var name: String { "dual" }
  public var patience: Double

  public init(patience: Double = 3) { self.patience = patience }

  public func agents(for problem: ResponseProblem) -> [ResponseAgent] {
    (0..<problem.agentCount).map { ResponseAgent($0, problem, patience) }
  }
}

/// An agent of a demand response. The first one also sums.
public struct ResponseAgent: BalancingAgent {
  public let neighbors: [Int]
  public let trigger: Trigger
  private let isRoot: Bool
  private let discomfort: Double
  private let want: [Double]
  private let cap: [Double]
  public private(set) var price: [Double]
  /// How many prices this agent knows.
  private var known = 0
  private var told = -1
  private var isLast = false
  /// At the root: for each neighbour how many prices it has answered, and the answers.
  private var answered: [Int]
  private var answers: [[Double]]

  /// Largest excess over a cap, as a share of it, that counts as none.
  private static let tolerance = 1e-9

  init(_ agent: Int, _ problem: ResponseProblem, _ patience: Double) {
    isRoot = agent == 0
    neighbors = isRoot ? Array(1..<problem.agentCount) : [0]
    trigger = .everyMessage(patience: patience)
    discomfort = problem.discomfort[agent]
    want = problem.want[agent]
    cap = isRoot ? problem.cap : []
    price = problem.cap.map { _ in 0 }
    answered = neighbors.map { _ in -1 }
    answers = neighbors.map { _ in [] }
  }

  private func amount(_ slot: Int) -> Double { max(want[slot] - price[slot] / discomfort, 0) }

  private var answer: [Double] {
    want.indices.map(amount) + want.indices.map { amount($0) > 0 ? 1 / discomfort : 0 }
  }

  public mutating func absorb(_ message: Message) {
    guard message.words.allSatisfy(\.isFinite) else { return }
    let number = message.stamp / 2
    if isRoot {
      guard let place = neighbors.firstIndex(of: message.sender), number > answered[place],
        message.words.count == 2 * want.count
      else { return }
      answered[place] = number
      answers[place] = message.words
    } else {
      guard number > known, message.words.count == want.count else { return }
      known = number
      price = message.words
      isLast = message.stamp % 2 == 1
    }
  }

  public mutating func step(through exchange: inout Exchange) {
    guard isRoot else {
      if !isLast, told < known {
        told = known
        exchange.tell(0, stamp: 2 * known, answer)
      }
      return
    }
    guard !isLast, answered.allSatisfy({ $0 >= known }) else { return }
    var sum = answer
    for answer in answers { for place in sum.indices { sum[place] += answer[place] } }
    move(sum)
    known += 1
    for neighbor in neighbors {
      exchange.tell(neighbor, stamp: 2 * known + (isLast ? 1 : 0), price)
    }
    if neighbors.isEmpty, !isLast { step(through: &exchange) }
  }

  private mutating func move(_ sum: [Double]) {
    isLast = true
    for slot in cap.indices {
      let excess = sum[slot] - cap[slot]
      let slope = sum[cap.count + slot]
      // Where the cap is slack the price falls, but not below zero.
      let isOff =
        excess > Self.tolerance * max(1, abs(cap[slot]))
        || excess < -Self.tolerance * max(1, abs(cap[slot])) && price[slot] > 0
      guard isOff, slope > 0 else { continue }
      price[slot] = max(0, price[slot] + excess / slope)
      isLast = false
    }
  }

  public var opinion: Opinion {
    Opinion(decision: want.indices.map(amount), confidence: isLast ? .final : .none)
  }
}
