import ConvexOptimization
import SeededRandom
import Testing

@Suite("A quadratic program")
struct OptimumTests {
  static let seeds: ClosedRange<UInt64> = 1...200

  @Test("has the cost that it was made with", arguments: seeds)
  func knownCost(seed: UInt64) throws {
    try check(.init(), seed: seed)
  }

  @Test("that is linear, and has many optima, has their cost", arguments: seeds)
  func degenerate(seed: UInt64) throws {
    try check(.init(curvature: 0, isDegenerate: true), seed: seed)
  }

  /// Such limits may leave no point strictly inside; then multipliers grow without end, and digits of
  /// the dual cost are lost.
  @Test("with repeated rows has its cost", arguments: seeds)
  func redundant(seed: UInt64) throws {
    try check(.init(isRedundant: true, isDegenerate: true), seed: seed, gap: 1e-7)
  }

  @Test(
    "whose rows, columns and costs spread over four decades each has its cost", arguments: seeds)
  func scales(seed: UInt64) throws {
    try check(.init(decades: 4), seed: seed, tolerance: 1e-5)
  }

  private func check(
    _ kind: KnownProgram.Kind, seed: UInt64, tolerance: Double = 1e-6, gap: Double = 1e-9
  ) throws {
    var random = SeededGenerator(seed: seed)
    let variables = Int.random(in: 1...40, using: &random)
    let known = KnownProgram(
      kind, variables: variables, rows: Int.random(in: 0...variables, using: &random),
      using: &random)
    let solution = try known.program.solve()
    #expect(abs(solution.objective - known.objective) <= 1e-7 * max(1, abs(known.objective)))
    #expect(solution.dualityGap <= gap)
    expectOptimal(solution, of: known.program, tolerance: tolerance)
  }

  @Test("without rows or bounds is its stationary point")
  func unconstrained() throws {
    var builder = QuadraticProgramBuilder()
    let a = builder.addVariable(linear: -2, quadratic: 2)
    let b = builder.addVariable(linear: 1, quadratic: 4)
    builder.addCost(of: a, times: b, 1)
    let solution = try builder.program().solve()
    // 2a + b = 2, a + 4b = -1.
    #expect(abs(solution.primal[a] - 9.0 / 7) < 1e-9)
    #expect(abs(solution.primal[b] + 4.0 / 7) < 1e-9)
    #expect(solution.status == .optimal)
  }

  @Test("without variables costs its constant, where its rows hold")
  func empty() throws {
    var builder = QuadraticProgramBuilder()
    builder.addConstantCost(3)
    #expect(try builder.program().solve().objective == 3)
    builder.addRow([], lower: -1, upper: 1)
    let solution = try builder.program().solve()
    #expect(solution.status == .optimal)
    #expect(solution.objective == 3)
    builder.addRow([], lower: 1)
    let refused = try builder.program().solve()
    #expect(refused.status == .infeasible)
  }

  @Test("has a price at its equality: what one more unit costs, with the sign that is promised")
  func price() throws {
    func solve(demand: Double) throws -> QuadraticSolution {
      var builder = QuadraticProgramBuilder()
      let wind = builder.addVariable(lower: 0, upper: 50)
      let coal = builder.addVariable(lower: 20, upper: 100, linear: 30, quadratic: 0.2)
      builder.addRow([(wind, 1), (coal, 1)], equals: demand)
      return try builder.program().solve()
    }
    let solution = try solve(demand: 90)
    #expect(abs(-solution.rowDuals[0] - 38) < 1e-6)
    #expect(abs(solution.boundDuals[0] - 38) < 1e-6)
    let step = 1e-3
    let difference = (try solve(demand: 90 + step).objective - solution.objective) / step
    #expect(abs(difference + solution.rowDuals[0]) < 1e-3)
  }

  @Test("with a fixed variable tells what the fixing costs")
  func fixed() throws {
    var builder = QuadraticProgramBuilder()
    builder.addVariable(lower: 2, upper: 2, quadratic: 1)
    builder.addVariable(lower: 0, upper: 9, linear: -1, quadratic: 1)
    builder.addCost(of: 0, times: 1, -1)
    builder.addRow([(0, 1), (1, 1)], lower: 3, upper: 4)
    let program = builder.program()
    let solution = try program.solve()
    expectOptimal(solution, of: program)
    // ½·4 + ½ x² - 2 x - x is least at 3, and the row ends at 2.
    #expect(abs(solution.objective + 2) < 1e-8)
    #expect(solution.primal[0] == 2)
  }

  @Test("that is small, solved whole, equals the same among many idle variables, solved sparsely")
  func denseAndSparse() throws {
    var random = SeededGenerator(seed: 3)
    let known = KnownProgram(.init(), variables: 6, rows: 5, using: &random)
    var builder = QuadraticProgramBuilder()
    let small = known.program
    for variable in 0..<6 {
      builder.addVariable(
        lower: small.lower[variable], upper: small.upper[variable],
        linear: small.linear[variable])
      for entry in small.quadratic.entries(ofColumn: variable) {
        let row = Int(small.quadratic.rows[entry])
        let value = small.quadratic.values[entry]
        builder.addCost(of: row, times: variable, row == variable ? value / 2 : value)
      }
    }
    for row in 0..<5 {
      builder.addRow([], lower: small.rowLower[row], upper: small.rowUpper[row])
    }
    for variable in 0..<6 {
      for entry in small.constraints.entries(ofColumn: variable) {
        builder.addTerm(
          toRow: Int(small.constraints.rows[entry]), variable: variable,
          small.constraints.values[entry])
      }
    }
    for _ in 0..<60 { builder.addVariable(lower: 0, upper: 1, linear: 1) }
    builder.addConstantCost(small.constant)
    let large = try builder.program().solve()
    let alone = try small.solve()
    #expect(abs(large.objective - alone.objective) <= 1e-8 * max(1, abs(alone.objective)))
    for variable in 6..<66 { #expect(abs(large.primal[variable]) < 1e-6) }
  }
}
