/// Shortens a long way: after a window of rounds all regions go on from the same combination of where
/// they have been, the one whose residuals nearly cancel.
///
/// Of the residuals f of a window's rounds, each region sends the products fₖᵀ M fₗ up a tree, where they
/// are summed; the root finds the combination and sends it down, with the round in which all leap:
///
///     minimise  Σₖ Σₗ cₖ cₗ fₖᵀ M fₗ    subject to  Σ c = 1,      v ← Σ cₖ vₖ
///
/// A round for which a region lacks a neighbour's message is left out by all. A leap after which the
/// residual is larger than before is taken back, and the next comes later, each time by twice as much.
///
///     report ─▶ plan ─▶ leap ─▶ window ─▶ report ...
///
/// Sources: D. G. Anderson, "Iterative procedures for nonlinear integral equations", J. ACM 12(4), 1965.
/// A safeguard of this kind: J. Zhang, B. O'Donoghue, S. Boyd, "Globally convergent type-I Anderson
/// acceleration for nonsmooth fixed-point iterations", SIAM J. Optim. 30(4), 2020.
struct Extrapolation: Sendable {
  /// Rounds in a window.
  static let window = 12
  /// The end of the first one: who is not done by then is slow.
  static let firstEnd = 60
  static let reportCount = 2 + window * (window + 1) / 2
  static let planCount = 4 + window
  /// How often a plan is sent, lest one lost message parts those who leap.
  static let planCopies = 2
  /// Rounds that a region waits for late messages of a window, and for one who leaps late.
  private static let lateness = 8

  /// What a region does in a round.
  enum Deed: Int, Sendable {
    case wait
    /// Go on from the window's rounds, moved up to now: where nothing is lost, the rounds since count.
    case leap
    /// Go on from the window's rounds themselves.
    case leapBack
    /// Undo the last leap.
    case undo
  }

  private struct Plan: Sendable {
    /// The end of the window that it comes of.
    var end = 0
    var deed = Deed.wait
    /// When to do it, and when the next window ends.
    var round = 0
    var next = Extrapolation.firstEnd
    var combination = [Double](repeating: 0, count: Extrapolation.window)

    var words: [Double] {
      [Double(end), Double(deed.rawValue), Double(round), Double(next)] + combination
    }

    init() {}

    init?(_ words: [Double]) {
      guard words.allSatisfy({ $0.isFinite && abs($0) < 1e15 }),
        let deed = Deed(rawValue: Int(words[1]))
      else { return nil }
      end = Int(words[0])
      self.deed = deed
      round = Int(words[2])
      next = Int(words[3])
      combination = Array(words[4...])
    }
  }

  private let parent: Int?
  private let children: [Int]
  private let height: Int
  private var leader: LeapLeader
  private var plan = Plan()
  private var isDone = true
  private var copies: [Int: Int] = [:]
  /// Of each child its newest report: the window's end, its rounds that count as bits, the products.
  private var reports: [Int: [Double]] = [:]
  private var report: [Double]?
  /// When the report was sent.
  private var reported = Int.min

  /// - Parameter floor: a residual below it needs no leap.
  init(parent: Int?, children: [Int], height: Int, floor: Double) {
    self.parent = parent
    self.children = children
    self.height = height
    leader = LeapLeader(floor: floor)
  }

  /// The rounds whose residuals are wanted.
  var rounds: ClosedRange<Int> { plan.next - Self.window + 1...plan.next }

  /// Whether the region's own products are wanted in a round.
  ///
  /// - Parameter isComplete: whether it has a residual for each of `rounds`.
  func asks(at round: Int, isComplete: Bool) -> Bool {
    report == nil && round > plan.next && (isComplete || round > plan.next + Self.lateness)
  }

  /// Takes the region's own products, row by row of the lower triangle; `nil` for a round without a
  /// residual.
  mutating func take(_ products: [[Double]?]) {
    var words = [Double(plan.next), 0]
    var mask = 0
    for (place, row) in products.enumerated() {
      if let row, row.allSatisfy(\.isFinite) {
        mask |= 1 << place
        words += row
      } else {
        words += [Double](repeating: 0, count: place + 1)
      }
    }
    words[1] = Double(mask)
    report = words
    reported = .min
  }

  /// Takes in what came with a message.
  mutating func absorb(_ words: [Double], from sender: Int) {
    if sender == parent, words.count == Self.planCount {
      guard let heard = Plan(words), heard.end > plan.end, heard.next > heard.end else { return }
      follow(heard)
    } else if children.contains(sender), words.count == Self.reportCount {
      reports[sender] = words
      // One who still reports an old window has not heard the plan.
      if words[0] < Double(plan.next), copies[sender] == 0 { copies[sender] = 1 }
    }
  }

  private mutating func follow(_ plan: Plan) {
    self.plan = plan
    isDone = plan.deed == .wait
    report = nil
    for child in children { copies[child] = Self.planCopies }
  }

  /// At the root, decides when all have reported.
  mutating func advance(to round: Int) {
    guard parent == nil, !children.isEmpty, let sum = sum(at: round) else { return }
    var (deed, combination) = leader.decide(sum)
    if deed == .leap, round > plan.next + 1 + height { deed = .leapBack }
    var next = Plan()
    next.end = plan.next
    next.deed = deed
    next.round = round + height + Self.planCopies - 1
    next.combination = combination
    next.next = next.round + Self.window - 1 + leader.pause
    follow(next)
  }

  /// What a region does in a round, and for a leap which rounds have which weights.
  mutating func deed(
    at round: Int
  ) -> (deed: Deed, rounds: ClosedRange<Int>, combination: [Double]) {
    let rounds = plan.end - Self.window + 1...plan.end
    guard !isDone, round >= plan.round else { return (.wait, rounds, []) }
    isDone = true
    // Who hears of a leap long after the others stays where it is.
    guard round < plan.round + Self.lateness else { return (.wait, rounds, []) }
    return (plan.deed, rounds, plan.combination)
  }

  /// What goes with this round's message to a neighbour.
  mutating func words(for neighbor: Int, at round: Int) -> [Double] {
    if neighbor == parent {
      guard reported == .min || round >= reported + 2 * height + Self.planCopies + 1,
        let sum = sum(at: round)
      else { return [] }
      reported = round
      return sum
    }
    guard let left = copies[neighbor], left > 0 else { return [] }
    copies[neighbor] = left - 1
    return plan.words
  }

  /// The sum of all reports below, when there is no more to be waited for.
  private func sum(at round: Int) -> [Double]? {
    guard var sum = report else { return nil }
    var mask = Int(sum[1])
    for child in children {
      guard let other = reports[child], other[0] == sum[0] else {
        if round <= plan.next + Self.lateness * (2 + height) { return nil }
        mask = 0
        continue
      }
      mask &= Int(max(0, min(other[1], 0x1p52)))
      for place in 2..<Self.reportCount { sum[place] += other[place] }
    }
    sum[1] = Double(mask)
    return sum
  }
}
