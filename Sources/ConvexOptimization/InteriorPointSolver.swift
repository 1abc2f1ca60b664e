/// Solves quadratic programs of one pattern by a primal-dual interior-point method.
///
/// The order and structure of the factors are found once, when the solver is made; then numbers may
/// change and be solved for again:
///
/// ```swift
/// var solver = try InteriorPointSolver(program)
/// let first = try solver.solve()
/// solver.program.linear[3] = 12
/// let second = try solver.solve()
/// ```
///
/// Mehrotra's predictor and corrector on the homogeneous embedding (`Embedding`): it ends at a solution
/// or at a certificate that there is none. A solve allocates its result and little else; its iterations
/// allocate nothing. Not shared between threads; a copy is independent.
///
/// Source: S. Mehrotra, "On the implementation of a primal-dual interior point method", SIAM J. Optim.
/// 2(4), 1992.
public struct InteriorPointSolver: Sendable {
  /// What is solved next. Its sizes and the places of its entries must stay as they were.
  public var program: QuadraticProgram
  public var options: Options
  private var scaled: ScaledProgram
  private var system: KKTSystem
  private var embedding: Embedding
  /// Whether the program only decides about another one.
  private var isPhase = false
  /// The values of P and A that the scaling was made for.
  private var scaledQuadratic: [Double]
  private var scaledConstraints: [Double]

  /// When to stop.
  public struct Options: Sendable, Equatable {
    /// Largest violation of a limit, as a share of one plus the largest value of a row or variable.
    public var feasibility = 1e-9
    /// Largest error of stationarity, as a share of one plus its largest term.
    public var stationarity = 1e-9
    /// Largest duality gap, as a share of the objective, or of one where that is smaller.
    public var gap = 5e-10
    public var iterationLimit = 200

    public init() {}
  }

  /// A step shorter than this leads nowhere; so many of them end a solve.
  private static let shortStep = 1e-5
  private static let shortStepLimit = 4
  /// So many iterations without a better point end a solve, and so many once a point is nearly good
  /// enough.
  private static let patience = 40
  private static let latePatience = 6
  /// A point that is this many times worse than asked for is still an optimum where numbers get no
  /// better.
  private static let tolerance = 100.0
  /// A certificate's residual, where its other side is one, is at most this: a point that escapes it
  /// would have a coordinate of the inverse.
  private static let certainty = 1e-8

  /// Checks a program, scales it and orders its system.
  public init(
    _ program: QuadraticProgram, options: Options = Options()
  ) throws(QuadraticProgramError) {
    try program.check()
    self.program = program
    self.options = options
    scaled = ScaledProgram(program)
    system = KKTSystem(quadratic: program.quadratic, constraints: program.constraints)
    embedding = Embedding(scaled)
    scaledQuadratic = program.quadratic.values
    scaledConstraints = program.constraints.values
  }

  /// Solves the program as it stands.
  public mutating func solve() throws(QuadraticProgramError) -> QuadraticSolution {
    let start = ContinuousClock.now
    try program.check()
    precondition(
      program.variableCount == scaled.variableCount && program.rowCount == scaled.rowCount
        && program.quadratic.hasPattern(of: scaled.quadratic)
        && program.constraints.hasPattern(of: scaled.constraints),
      "A solver keeps its pattern.")
    if scaledQuadratic != program.quadratic.values
      || scaledConstraints != program.constraints.values
    {
      scaled.rescale(program)
      scaledQuadratic = program.quadratic.values
      scaledConstraints = program.constraints.values
    }
    scaled.load(program)
    var solution = scaled.crossing.map(crossed) ?? iterate()
    if solution.status == .unbounded { try findFeasiblePoint(&solution) }
    if solution.status == .iterationLimit, !isPhase { try decide(&solution) }
    solution.seconds = (ContinuousClock.now - start) / .seconds(1)
    return solution
  }

  private mutating func iterate() -> QuadraticSolution {
    system.reset()
    system.set(quadratic: scaled.quadraticValues, constraints: scaled.constraintValues)
    embedding.start(scaled, &system)
    var best = Double.infinity
    var bestIteration = 0
    var shortSteps = 0
    var iteration = 0
    while true {
      let progress = Progress(embedding, scaled, constant: constant)
      let badness = progress.badness(options)
      if badness <= 1 { return solution(.optimal, iteration) }
      if let proof = embedding.infeasibility(scaled, program, certainty: Self.certainty) {
        return ended(.infeasible, iteration, infeasibility: proof)
      }
      if let ray = embedding.ray(scaled, program, certainty: Self.certainty) {
        return ended(.unbounded, iteration, ray: ray)
      }
      if badness < best {
        best = badness
        bestIteration = iteration
        embedding.remember()
      }
      let patience = best <= Self.tolerance ? Self.latePatience : Self.patience
      guard iteration < options.iterationLimit, shortSteps < Self.shortStepLimit,
        iteration - bestIteration < patience
      else { break }
      let length = embedding.advance(scaled, &system)
      shortSteps = length > Self.shortStep ? 0 : shortSteps + 1
      iteration += 1
      if !embedding.mu.isFinite { break }
    }
    embedding.recall(scaled)
    return solution(best <= Self.tolerance ? .optimal : .iterationLimit, iteration)
  }

  /// The constant cost, with that of the fixed variables.
  private var constant: Double { program.constant + scaled.fixedCost }

  // MARK: Answers

  private func solution(_ status: SolutionStatus, _ iterations: Int) -> QuadraticSolution {
    let (n, m) = (program.variableCount, program.rowCount)
    let tau = embedding.tau
    var answer = ended(status, iterations)
    for variable in 0..<n {
      answer.primal[variable] =
        scaled.isFixed[variable]
        ? scaled.fixedValues[variable]
        : embedding.x[variable] / tau * scaled.scaling.columns[variable]
      answer.boundDuals[variable] =
        embedding.w[variable] / tau / scaled.scaling.columns[variable] / scaled.costScale
    }
    for row in 0..<m {
      answer.rowDuals[row] =
        embedding.y[row] / tau * scaled.scaling.rows[row] / scaled.costScale
    }
    // A fixed variable's dual takes what is left.
    let px = program.quadratic.multiplySymmetric(answer.primal)
    let aty = program.constraints.multiplyTransposed(answer.rowDuals)
    for variable in 0..<n {
      let gradient = px[variable] + program.linear[variable] + aty[variable]
      if scaled.isFixed[variable] { answer.boundDuals[variable] = -gradient }
      answer.dualResidual = max(answer.dualResidual, abs(gradient + answer.boundDuals[variable]))
    }
    let progress = Progress(embedding, scaled, constant: constant)
    answer.objective = program.objective(at: answer.primal)
    answer.dualObjective = progress.dualObjective
    answer.dualityGap =
      abs(answer.objective - answer.dualObjective) / max(1, abs(answer.objective))
    answer.primalResidual = program.violation(at: answer.primal)
    return answer
  }

  private func ended(
    _ status: SolutionStatus, _ iterations: Int, infeasibility: InfeasibilityCertificate? = nil,
    ray: UnboundednessCertificate? = nil
  ) -> QuadraticSolution {
    let variables = [Double](repeating: 0, count: program.variableCount)
    let value = status == .unbounded ? -Double.infinity : .infinity
    return QuadraticSolution(
      status: status, primal: variables, rowDuals: [Double](repeating: 0, count: program.rowCount),
      boundDuals: variables, objective: value, dualObjective: value, dualityGap: 0,
      primalResidual: 0, dualResidual: 0, iterations: iterations, seconds: 0,
      infeasibility: infeasibility, ray: ray)
  }

  /// Two limits that cross are their own proof.
  private func crossed(_ place: Int) -> QuadraticSolution {
    let (n, m) = (program.variableCount, program.rowCount)
    var proof = InfeasibilityCertificate(
      rowLower: [Double](repeating: 0, count: m), rowUpper: [Double](repeating: 0, count: m),
      lower: [Double](repeating: 0, count: n), upper: [Double](repeating: 0, count: n))
    if place < n {
      let multiplier = 1 / (program.lower[place] - program.upper[place])
      proof.lower[place] = multiplier
      proof.upper[place] = multiplier
    } else {
      let multiplier = 1 / (program.rowLower[place - n] - program.rowUpper[place - n])
      proof.rowLower[place - n] = multiplier
      proof.rowUpper[place - n] = multiplier
    }
    return ended(.infeasible, 0, infeasibility: proof)
  }

  /// A falling direction alone does not make a program unbounded: it also needs a point to fall from.
  private func findFeasiblePoint(
    _ solution: inout QuadraticSolution
  ) throws(QuadraticProgramError) {
    guard !isPhase else { return }
    let phase = try solve(Phases.leastViolation(of: program))
    solution.iterations += phase.iterations
    guard phase.status == .optimal else {
      solution.status = .iterationLimit
      return
    }
    let multipliers = InfeasibilityCertificate(rowDuals: phase.rowDuals, for: program)
    if let proof = multipliers.proof(for: program, certainty: Self.certainty) {
      solution = ended(.infeasible, solution.iterations, infeasibility: proof)
    } else {
      solution.primal = Array(phase.primal.prefix(program.variableCount))
    }
  }

  /// Asks two programs that always have an optimum whether this one is infeasible or unbounded.
  private func decide(_ solution: inout QuadraticSolution) throws(QuadraticProgramError) {
    guard solution.iterations < options.iterationLimit else { return }
    let ray = try solve(Phases.steepestRay(of: program))
    solution.iterations += ray.iterations
    if ray.status == .optimal, ray.objective < 0 {
      let proof = UnboundednessCertificate(
        direction: ray.primal.enumerated().map { variable, rate in
          let least = program.lower[variable] > -QuadraticProgram.unlimited ? 0 : rate
          let most = program.upper[variable] < QuadraticProgram.unlimited ? 0 : rate
          return min(max(rate, least), most) / -ray.objective
        })
      if proof.measure(for: program).residual <= Self.certainty {
        solution = ended(.unbounded, solution.iterations, ray: proof)
      }
    }
    var checked = solution
    try findFeasiblePoint(&checked)
    if checked.status != .iterationLimit { solution = checked }
  }

  private func solve(_ phase: QuadraticProgram) throws(QuadraticProgramError) -> QuadraticSolution {
    var solver = try InteriorPointSolver(phase, options: options)
    solver.isPhase = true
    return try solver.solve()
  }
}

extension QuadraticProgram {
  /// Checks and solves the program once. For programs of one pattern, keep an `InteriorPointSolver`.
  public func solve(
    options: InteriorPointSolver.Options = .init()
  ) throws(QuadraticProgramError) -> QuadraticSolution {
    var solver = try InteriorPointSolver(self, options: options)
    return try solver.solve()
  }
}
