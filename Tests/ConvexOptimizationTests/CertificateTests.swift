import ConvexOptimization
import SeededRandom
import Testing

@Suite("A program without an optimum")
struct CertificateTests {
  static let seeds: ClosedRange<UInt64> = 1...200

  @Test("whose limits contradict each other is infeasible, and proves it", arguments: seeds)
  func infeasible(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let variables = Int.random(in: 1...25, using: &random)
    var program = KnownProgram(
      .init(), variables: variables, rows: Int.random(in: 1...25, using: &random), using: &random
    ).program
    // A positive combination of rows and bounds that sums to nothing but asks for something.
    var sum = [Double](repeating: 0, count: variables)
    var entries = program.entries
    var need = 0.0
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let row = program.rowLower.count
      for _ in 0..<3 {
        let variable = Int.random(in: 0..<variables, using: &random)
        let value = Double.random(in: -1...1, using: &random)
        entries.append(.init(row: row, column: variable, value: value))
        sum[variable] += value
      }
      let least = Double.random(in: -1...1, using: &random)
      need += least
      program.rowLower.append(least)
      program.rowUpper.append(.infinity)
    }
    let last = program.rowLower.count
    for variable in 0..<variables where sum[variable] != 0 {
      entries.append(.init(row: last, column: variable, value: sum[variable]))
    }
    program.rowLower.append(-.infinity)
    program.rowUpper.append(need - Double.random(in: 0.01...1, using: &random))
    program.constraints = SparseMatrix(
      rowCount: last + 1, columnCount: variables, entries: entries)
    let solution = try program.solve()
    #expect(solution.status == .infeasible)
    try expectProof(solution, of: program)
  }

  @Test("whose cost falls without end is unbounded, and shows where", arguments: seeds)
  func unbounded(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let variables = Int.random(in: 1...25, using: &random)
    var program = KnownProgram(
      .init(), variables: variables, rows: Int.random(in: 1...25, using: &random), using: &random
    ).program
    // One more variable that only rows which it loosens, and a falling cost, know.
    var entries = program.entries
    for row in program.rowLower.indices where program.rowUpper[row] == .infinity {
      entries.append(.init(row: row, column: variables, value: 0.5))
    }
    program.constraints = SparseMatrix(
      rowCount: program.rowCount, columnCount: variables + 1, entries: entries)
    program.quadratic = SparseMatrix(
      rowCount: variables + 1, columnCount: variables + 1, entries: program.quadraticEntries)
    program.linear.append(-Double.random(in: 0.01...1, using: &random))
    program.lower.append(Bool.random(using: &random) ? -1 : -.infinity)
    program.upper.append(.infinity)
    let solution = try program.solve()
    #expect(solution.status == .unbounded)
    let ray = try #require(solution.ray).direction
    let slope = zip(ray, program.linear).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(slope + 1) < 1e-9)
    let rates = program.constraints.multiply(ray)
    for row in rates.indices {
      if program.rowLower[row].isFinite { #expect(rates[row] >= -1e-7) }
      if program.rowUpper[row].isFinite { #expect(rates[row] <= 1e-7) }
    }
    for variable in ray.indices {
      if program.lower[variable].isFinite { #expect(ray[variable] >= -1e-9) }
      if program.upper[variable].isFinite { #expect(ray[variable] <= 1e-9) }
    }
    #expect(program.quadratic.multiplySymmetric(ray).allSatisfy { abs($0) < 1e-7 })
    #expect(program.violation(at: solution.primal) < 1e-6)
    #expect(solution.objective == -.infinity)
  }

  @Test("that falls without end but has no point is infeasible")
  func both() throws {
    var builder = QuadraticProgramBuilder()
    let falling = builder.addVariable(linear: -1)
    let squeezed = builder.addVariable(lower: 0, upper: 1)
    builder.addRow([(squeezed, 1)], lower: 2)
    builder.addRow([(falling, 1), (squeezed, 1)], lower: 0)
    let program = builder.program()
    let solution = try program.solve()
    #expect(solution.status == .infeasible)
    try expectProof(solution, of: program)
  }

  @Test("whose limits cross is infeasible by them alone", arguments: [true, false])
  func crossing(isRow: Bool) throws {
    var builder = QuadraticProgramBuilder()
    builder.addVariable(lower: isRow ? 0 : 3, upper: 2)
    builder.addRow([(0, 1)], lower: isRow ? 1 : 0, upper: isRow ? 0.5 : 9)
    let program = builder.program()
    let solution = try program.solve()
    #expect(solution.status == .infeasible)
    try expectProof(solution, of: program)
  }

  @Test("Limits that cross by rounding are an equality")
  func roundedCrossing() throws {
    var builder = QuadraticProgramBuilder()
    builder.addVariable(lower: 1 + 1e-15, upper: 1, linear: 1)
    #expect(try builder.program().solve().status == .optimal)
  }

  @Test("A certificate that proves nothing is told from one that does")
  func measure() {
    var builder = QuadraticProgramBuilder()
    builder.addVariable(lower: 0, upper: 1)
    builder.addRow([(0, 1)], lower: 2)
    let program = builder.program()
    let proof = InfeasibilityCertificate(rowLower: [1], rowUpper: [0], lower: [0], upper: [1])
    #expect(proof.measure(for: program) == (limits: -1, residual: 0))
    let other = InfeasibilityCertificate(rowLower: [1], rowUpper: [0], lower: [0], upper: [0])
    #expect(other.measure(for: program).residual == 1)
    let ray = UnboundednessCertificate(direction: [1])
    #expect(ray.measure(for: program).residual == 1)
  }

  /// Farkas' lemma, with plain loops.
  private func expectProof(
    _ solution: QuadraticSolution, of program: QuadraticProgram,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let proof = try #require(solution.infeasibility)
    let parts = [proof.rowLower, proof.rowUpper, proof.lower, proof.upper]
    #expect(parts.allSatisfy { $0.allSatisfy { $0 >= 0 } }, sourceLocation: sourceLocation)
    var limits = 0.0
    var net = [Double](repeating: 0, count: program.variableCount)
    func add(_ lower: Double, _ upper: Double, _ below: Double, _ above: Double) {
      if lower > 0 { limits -= lower * below }
      if upper > 0 { limits += upper * above }
    }
    for column in 0..<program.variableCount {
      for entry in program.constraints.entries(ofColumn: column) {
        let row = Int(program.constraints.rows[entry])
        net[column] +=
          program.constraints.values[entry] * (proof.rowUpper[row] - proof.rowLower[row])
      }
      net[column] += proof.upper[column] - proof.lower[column]
      add(proof.lower[column], proof.upper[column], program.lower[column], program.upper[column])
    }
    for row in 0..<program.rowCount {
      add(proof.rowLower[row], proof.rowUpper[row], program.rowLower[row], program.rowUpper[row])
    }
    #expect(abs(limits + 1) < 1e-9, sourceLocation: sourceLocation)
    #expect(net.allSatisfy { abs($0) < 1e-6 }, sourceLocation: sourceLocation)
    #expect(solution.objective == .infinity, sourceLocation: sourceLocation)
  }
}

extension QuadraticProgram {
  /// The entries of A, as a list.
  var entries: [SparseMatrix.Entry] { Self.list(constraints) }
  var quadraticEntries: [SparseMatrix.Entry] { Self.list(quadratic) }

  private static func list(_ matrix: SparseMatrix) -> [SparseMatrix.Entry] {
    (0..<matrix.columnCount).flatMap { column in
      matrix.entries(ofColumn: column).map {
        .init(row: Int(matrix.rows[$0]), column: column, value: matrix.values[$0])
      }
    }
  }
}
