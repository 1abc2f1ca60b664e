import ConvexOptimization
import SeededRandom
import Testing

@Suite("A solver that is kept")
struct UpdateTests {
  @Test("solves changed programs as a new one does", arguments: 1...30 as ClosedRange<UInt64>)
  func updates(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let first = KnownProgram(.init(), variables: 20, rows: 15, using: &random).program
    var solver = try InteriorPointSolver(first)
    let before = try solver.solve()
    for variable in 0..<20 {
      solver.program.linear[variable] += Double.random(in: -0.01...0.01, using: &random)
    }
    // An equality becomes a band, a band an equality, a limit goes, a variable is fixed.
    for row in 0..<15 {
      if solver.program.rowLower[row] == solver.program.rowUpper[row] {
        solver.program.rowUpper[row] += 1
      } else if row % 4 == 0, before.primal.count == 20 {
        let value = first.constraints.multiply(before.primal)[row]
        solver.program.rowLower[row] = value
        solver.program.rowUpper[row] = value
      }
    }
    solver.program.lower[3] = before.primal[3]
    solver.program.upper[3] = before.primal[3]
    for entry in solver.program.quadratic.values.indices {
      solver.program.quadratic.values[entry] *= 2
    }
    for entry in solver.program.constraints.values.indices {
      solver.program.constraints.values[entry] *= 1 + 1e-3
    }
    let warm = try solver.solve()
    let fresh = try solver.program.solve()
    #expect(warm.status == fresh.status)
    if fresh.status == .optimal {
      #expect(abs(warm.objective - fresh.objective) <= 1e-8 * max(1, abs(fresh.objective)))
      expectOptimal(warm, of: solver.program)
    }
    // And back: the bits of the first answer, whatever was solved between.
    solver.program = first
    var again = try solver.solve()
    again.seconds = before.seconds
    #expect(again == before)
  }

  @Test("solves a feasible program after an infeasible one")
  func afterInfeasible() throws {
    var builder = QuadraticProgramBuilder()
    builder.addVariable(lower: 0, upper: 1, linear: 1)
    builder.addRow([(0, 1)], lower: 2)
    var solver = try InteriorPointSolver(builder.program())
    #expect(try solver.solve().status == .infeasible)
    solver.program.upper[0] = 5
    let solution = try solver.solve()
    #expect(solution.status == .optimal)
    #expect(abs(solution.objective - 2) < 1e-8)
    solver.program.linear[0] = -1
    solver.program.upper[0] = .infinity
    #expect(try solver.solve().status == .unbounded)
  }

  @Test("says when its iterations are used up")
  func iterationLimit() throws {
    var random = SeededGenerator(seed: 5)
    var solver = try InteriorPointSolver(
      KnownProgram(.init(), variables: 20, rows: 15, using: &random).program)
    solver.options.iterationLimit = 1
    let solution = try solver.solve()
    #expect(solution.status == .iterationLimit)
    #expect(solution.iterations == 1)
    #expect(solution.objective.isFinite)
  }
}

@Suite("A program that no solver should see")
struct RefusalTests {
  private func refusal(_ change: (inout QuadraticProgram) -> Void) -> String? {
    var builder = QuadraticProgramBuilder()
    builder.addVariable(lower: 0, upper: 1, linear: 1, quadratic: 2)
    builder.addVariable(lower: 0, upper: 1, linear: 1, quadratic: 2)
    builder.addCost(of: 0, times: 1, 1)
    builder.addRow([(0, 1), (1, 1)], lower: 1)
    var program = builder.program()
    change(&program)
    do {
      _ = try program.solve()
      return nil
    } catch { return "\(error)" }
  }

  @Test("is refused with a sentence")
  func sentences() {
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.linear[1] = .nan } == "q holds nan at position 1")
    #expect(refusal { $0.quadratic.values[0] = .infinity } == "P holds inf at position 0")
    #expect(refusal { $0.constraints.values[1] = -.infinity } == "A holds -inf at position 1")
    #expect(refusal { $0.constant = .nan } == "c holds nan at position 0")
    #expect(refusal { $0.rowLower[0] = .nan } == "rowLower holds nan at position 0")
    #expect(refusal { $0.upper[1] = -.infinity } == "upper holds -inf at position 1")
    #expect(refusal { $0.lower[0] = .infinity } == "lower holds inf at position 0")
    #expect(
      refusal { $0.upper.removeLast() } == "upper has 1 entries in one direction where 2 are needed"
    )
    #expect(
      refusal { $0.quadratic.values[0] = -1 }
        == "the cost is not convex: it bends down by -1.0 along variable 0")
    #expect(refusal { $0.quadratic.values[1] = 3 }?.contains("not convex") == true)
    #expect(
      refusal {
        $0.quadratic = SparseMatrix(
          rowCount: 2, columnCount: 2, entries: [.init(row: 1, column: 0, value: 1)])
      } == "P is given by its upper triangle; it has an entry at row 1, column 0")
  }
}
