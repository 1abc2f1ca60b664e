import ConvexOptimization

/// A region that agrees with its neighbours on a plan over a horizon: the consensus ADMM of
/// `ConsensusADMM`, round by round.
///
/// The angles at both ends of each tie are shared, in every period. For them the region keeps v; in
/// each round it solves its own part with a pull towards v, and tells the neighbour the reflection
/// m = 2 s - v; on hearing the neighbour's it moves by v ← v + α (m - v). A period weighs as much as
/// it is long.
package struct RegionConsensus: Sendable {
  private let lowered: HorizonProgram
  private let hours: [Double]
  private let metrics: [TieMetric]
  private var solver: WarmSolver
  private var linear: [Double]
  private var values: [[Double]]
  private var reflections: [[Double]]
  /// v of each link, period by period: what a later tick can begin from.
  package private(set) var pulls: [[Double]]
  /// The largest imbalance that the last messages asked to correct, as a share of the power that the
  /// regions of a tie handle.
  package private(set) var residual = Double.infinity
  private var isFeasible = false

  /// α of plain over-relaxed consensus.
  private static let relaxation = 0.65

  /// - Parameters:
  ///   - figures: what each neighbour told of itself, in the order of the links.
  ///   - pulls: where to begin; from zero where the shape is another one.
  ///   - price: of power, the same in every region.
  package init(
    _ region: HorizonRegion, neighbors figures: [TieFigures], from pulls: [[Double]],
    price: Double
  ) throws(QuadraticProgramError) {
    let lowered = HorizonProgram(region, price: price)
    metrics = region.links.indices.map { link in
      TieMetric(
        of: region.links[link], in: region, own: TieFigures(of: link, in: region),
        their: figures[link], price: price)
    }
    hours = region.hours
    solver = try WarmSolver(lowered.program, accuracy: .horizon)
    linear = lowered.program.linear
    self.lowered = lowered
    self.pulls = lowered.shared.enumerated().map { link, list in
      pulls.count == lowered.shared.count && pulls[link].count == list.count
        ? pulls[link] : [Double](repeating: 0, count: list.count)
    }
    values = self.pulls
    reflections = self.pulls
    weigh()
  }

  /// Writes the penalties into the program's P.
  private mutating func weigh() {
    var quadratic = lowered.program.quadratic
    for (metric, list) in zip(metrics, lowered.shared) {
      for (period, hours) in hours.enumerated() {
        let first = period * metric.count
        for i in 0..<metric.count {
          for j in i..<metric.count {
            quadratic.add(
              metric.penalty * hours * metric.values[i * metric.count + j],
              row: list[first + i], column: list[first + j])
          }
        }
      }
    }
    solver.setQuadratic(quadratic.values)
  }

  /// Solves the region's part, and returns what each neighbour is told.
  package mutating func step() -> [[Double]] {
    for variable in linear.indices { linear[variable] = lowered.program.linear[variable] }
    for (place, list) in lowered.shared.enumerated() {
      let metric = metrics[place]
      for (period, hours) in hours.enumerated() {
        let first = period * metric.count
        for i in 0..<metric.count {
          var pull = 0.0
          for j in 0..<metric.count {
            pull += metric.values[i * metric.count + j] * pulls[place][first + j]
          }
          linear[list[first + i]] -= metric.penalty * hours * pull
        }
      }
    }
    isFeasible = solver.solve(linear: linear)
    for (place, list) in lowered.shared.enumerated() {
      for (item, variable) in list.enumerated() {
        values[place][item] = solver.primal[variable]
        reflections[place][item] = 2 * values[place][item] - pulls[place][item]
      }
    }
    return reflections
  }

  /// Takes in what the neighbours told in the same round, in the order of the links.
  package mutating func absorb(_ messages: [[Double]]) {
    residual = isFeasible ? 0 : .infinity
    for (place, words) in messages.enumerated() {
      guard words.count == pulls[place].count, words.allSatisfy(\.isFinite) else {
        residual = .infinity
        continue
      }
      let change = words.indices.map { words[$0] - pulls[place][$0] }
      residual = max(residual, metrics[place].norm(change) / metrics[place].size)
      for item in change.indices { pulls[place][item] += Self.relaxation * change[item] }
    }
  }

  /// What the region would do in a period.
  package func decision(period: Int) -> HorizonDecision {
    lowered.decision(solver.primal, period: period)
  }

  /// What the plan costs, penalties left out.
  package var objective: Double { lowered.program.objective(at: solver.primal) }
}

extension SparseMatrix {
  /// Adds to an entry above the diagonal that is there.
  fileprivate mutating func add(_ value: Double, row a: Int, column b: Int) {
    let (row, column) = (min(a, b), max(a, b))
    for entry in entries(ofColumn: column) where Int(rows[entry]) == row {
      values[entry] += value
      return
    }
    preconditionFailure("The pattern holds every entry that is written.")
  }
}
