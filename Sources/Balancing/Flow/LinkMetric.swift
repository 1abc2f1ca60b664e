import DCOptimalFlow

/// How two neighbouring regions weigh a disagreement about the angles at their ties.
///
/// Each region tells how the balance at its border buses answers to these angles, with its interior
/// eliminated, its injections as they are and its ties to third regions left out:
///
///     A θ = S θ_own + Σ over ties b (θ_own - θ_far)
///
/// and the metric is the squared imbalance that a disagreement makes, on both sides:
///
///     M = Aᵢᵀ Aᵢ + Aⱼᵀ Aⱼ + w / ties Σ over ties b² (e_own e_ownᵀ + e_far e_farᵀ)
///
/// Two directions that each keep one side balanced are then at a right angle, and a splitting method
/// does not circle between them. Tie flows are in it as part of both balances. The last term weighs what
/// changes no balance, such as both sides' angles turning together: as much as one mean tie, however
/// many there are.
struct LinkMetric: Sendable {
  /// The rows at both ends of the ties, ascending.
  let rows: [Int]
  /// Shape `[rows.count, rows.count]`, symmetric.
  let values: [Double]
  /// An estimate of ρ, the same for all links: a price over a power.
  let penalty: Double

  /// A multiple of the mean marginal cost over a region's mean power, and w: the best of a grid of
  /// values over the cases and partitions in decision 17.
  private static let steepness = 3.0
  private static let angleWeight = 0.4

  init(between a: Int, and b: Int, in problem: FlowProblem, angleWeight: Double?) {
    let grid = problem.grid
    var ties: [DCBranch] = []
    for branch in grid.branches {
      let ends = (problem.owner[branch.from], problem.owner[branch.to])
      if ends == (a, b) || ends == (b, a) { ties.append(branch) }
    }
    let rows = Array(Set(ties.flatMap { [$0.from, $0.to] })).sorted()
    let place = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    let count = rows.count
    var values = [Double](repeating: 0, count: count * count)
    for agent in [a, b] {
      let border = rows.filter { problem.owner[$0] == agent }
      let stiffness = Self.stiffness(of: agent, at: border, in: problem)
      for (i, row) in border.enumerated() {
        var balance = [Double](repeating: 0, count: count)
        for (j, other) in border.enumerated() {
          balance[place[other]!] += stiffness[i * border.count + j]
        }
        for tie in ties where tie.from == row || tie.to == row {
          balance[place[row]!] += abs(tie.susceptance)
          balance[place[tie.from == row ? tie.to : tie.from]!] -= abs(tie.susceptance)
        }
        for p in 0..<count {
          for q in 0..<count { values[p * count + q] += balance[p] * balance[q] }
        }
      }
    }
    let share = (angleWeight ?? Self.angleWeight) / Double(ties.count)
    for tie in ties {
      for row in [tie.from, tie.to] {
        let p = place[row]!
        values[p * count + p] += share * tie.susceptance * tie.susceptance
      }
    }
    let estimate = Self.steepness * Self.price(in: problem) / Self.size(in: problem)
    penalty = estimate.isFinite && estimate > 0 ? estimate : 1
    self.rows = rows
    self.values = values
  }

  /// Shape `[border.count, border.count]`.
  private static func stiffness(
    of agent: Int, at border: [Int], in problem: FlowProblem
  ) -> [Double] {
    let grid = problem.grid
    let references = Set(grid.references.map(\.row))
    let interior = problem.rows[agent].filter { row in
      !border.contains(row) && !references.contains(row)
    }
    let kept = border + interior
    let place = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
    let n = kept.count
    var matrix = [Double](repeating: 0, count: n * n)
    for branch in grid.branches {
      let b = abs(branch.susceptance)
      let (from, to) = (place[branch.from], place[branch.to])
      guard problem.owner[branch.from] == agent, problem.owner[branch.to] == agent else {
        continue
      }
      if let from { matrix[from * n + from] += b }
      if let to { matrix[to * n + to] += b }
      if let from, let to {
        matrix[from * n + to] -= b
        matrix[to * n + from] -= b
      }
    }
    for pivot in stride(from: n - 1, through: border.count, by: -1) {
      let value = matrix[pivot * n + pivot]
      guard value > 1e-9 else { continue }
      for row in 0..<pivot where matrix[row * n + pivot] != 0 {
        let factor = matrix[row * n + pivot] / value
        for column in 0..<pivot { matrix[row * n + column] -= factor * matrix[pivot * n + column] }
      }
    }
    let count = border.count
    var result = [Double](repeating: 0, count: count * count)
    for i in 0..<count { for j in 0..<count { result[i * count + j] = matrix[i * n + j] } }
    return result
  }

  /// The power that a region handles, in per unit: the mean over all.
  private static func size(in problem: FlowProblem) -> Double {
    let sizes = (0..<problem.agentCount).map { agent in
      let demand = problem.rows[agent].reduce(0) { $0 + abs(problem.grid.demand[$1]) }
      let capacity = problem.units[agent].reduce(0) { $0 + problem.grid.units[$1].capacity }
      return max(demand, capacity / 2)
    }
    return sizes.reduce(0, +) / Double(sizes.count)
  }

  /// The mean marginal cost of all capacity, in cost per per-unit hour.
  private static func price(in problem: FlowProblem) -> Double {
    var (sum, capacity) = (0.0, 0.0)
    for unit in problem.grid.units {
      sum += unit.capacity * unit.marginalCost
      capacity += unit.capacity
    }
    return capacity > 0 ? sum / capacity : 0
  }
}

extension DCUnit {
  /// The largest finite injection either way.
  var capacity: Double {
    max(lower.isFinite ? abs(lower) : 0, upper.isFinite ? abs(upper) : 0)
  }

  /// The largest rate at which the cost rises or falls.
  var marginalCost: Double {
    switch cost {
    case .quadratic(let quadratic, let linear, _): abs(linear) + 2 * quadratic * capacity
    case .piecewise(let cost): cost.pieces.reduce(0) { max($0, abs($1.slope)) }
    }
  }
}
