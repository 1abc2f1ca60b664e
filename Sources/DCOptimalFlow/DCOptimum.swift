import ConvexOptimization
import GridModel

/// The cheapest dispatch of a grid in the DC approximation, found in one place: what a decentralised
/// algorithm is measured against.
///
///     minimise    Σ cost of each unit
///     subject to  Σ units - Σ flows that leave = demand      at every row
///                 flows, angle differences and injections within their limits
public struct DCOptimum: Sendable {
  public let grid: DCGrid
  public let status: SolutionStatus
  /// Cost of an hour; infinite without an optimum.
  public let objective: Double
  /// |objective - dual objective| / max(1, |objective|).
  public let dualityGap: Double
  public let iterations: Int
  /// For scaling, ordering and solving the quadratic program.
  public let seconds: Double
  /// θ of each row, in radians.
  public let angles: [Double]
  /// Injection of each unit, in per unit.
  public let injections: [Double]
  /// Flow of each branch, in per unit.
  public let flows: [Double]
  /// What a unit more demand at each row costs, in cost per per-unit hour.
  public let prices: [Double]
  /// What a unit more of each branch's band saves; zero where it does not bind.
  public let congestion: [Double]
  /// Largest violation of a limit, in per unit or radians.
  public let violation: Double
  /// Elements whose limits together cannot be met, those with most weight first; empty with an
  /// optimum.
  public let conflict: [ElementReference]

  /// Finds the optimum.
  public init(of grid: DCGrid) throws(QuadraticProgramError) {
    let lowered = DCProgram(grid)
    let clock = ContinuousClock()
    let start = clock.now
    var solver = try InteriorPointSolver(lowered.program)
    let solution = try solver.solve()
    seconds = (clock.now - start) / .seconds(1)
    self.grid = grid
    status = solution.status
    objective = solution.objective
    dualityGap = solution.dualityGap
    iterations = solution.iterations
    violation = solution.primalResidual
    let angles = Array(solution.primal.prefix(grid.buses.count))
    self.angles = angles
    injections = grid.units.indices.map { solution.primal[grid.buses.count + $0] }
    flows = grid.branches.map { $0.flow(from: angles[$0.from], to: angles[$0.to]) }
    prices = grid.buses.indices.map { -solution.rowDuals[$0] }
    congestion = lowered.bandRow.map { $0.map { abs(solution.rowDuals[$0]) } ?? 0 }
    conflict = solution.infeasibility.map { lowered.conflict($0, grid) } ?? []
  }
}
