import GridModel
import Testing

@testable import Balancing
@testable import DCOptimalFlow

@Suite("Under each fault")
struct FaultTests {
  @Test(
    "that only delays, loses or repeats, regions end at the optimum",
    arguments: [
      Fault(.delay(.constant(3))), Fault(.delay(.logNormal(median: 2, sigma: 0.5))),
      Fault(.delay(.trace([1, 4, 2, 5, 3]))), Fault(.loss(0.3)), Fault(.duplication(0.5)),
      Fault(.reordering(0.5)), Fault(.replay(0.3)), Fault(.slow(2), at: .agent(1)),
      Fault(.partition, at: .border(of: [0]), during: 20..<60),
      Fault(.kill, at: .agent(0), during: 25..<45), Fault(.kill, at: .agent(1), during: 5..<90),
      Fault(.byzantine(.signFlip), at: .agent(0), during: 10..<40),
      Fault(.noise(0.1), during: 0..<50),
    ])
  func harmless(fault: Fault) throws {
    guard let problem = try Cases.flow("case14_ieee") else { return }
    for seed in 1...3 {
      let result = try Cases.run(problem, faults: [fault], seed: UInt64(seed))
      #expect(result.stop == .true, "\(result.stop) after \(result.rounds): \(result.score)")
    }
  }

  @Test("that lasts and changes words, no end is called true outside the tolerance")
  func honest() throws {
    guard let problem = try Cases.flow("case14_ieee") else { return }
    let faults: [Fault] = [
      Fault(.noise(1e-3)), Fault(.quantisation(1e-2)),
      Fault(.byzantine(.factor(1.1)), at: .agent(1)),
      Fault(.byzantine(.signFlip), at: .agent(1)), Fault(.byzantine(.silent), at: .agent(1)),
      Fault(.partition, at: .border(of: [0])),
    ]
    for fault in faults {
      let result = try Cases.run(problem, faults: [fault], budget: 600)
      let referee = Referee(problem)
      #expect((result.stop == .true) == (referee.accepts(result.score) && result.stop != .budget))
      #expect(!referee.accepts(result.score), "\(fault): \(result.score)")
    }
  }

  @Test("of noise, the error grows with its size")
  func noise() throws {
    guard let problem = try Cases.flow("case14_ieee") else { return }
    let violations = try [1e-6, 1e-4, 1e-2].map { sigma in
      try (1...5).map { seed in
        try Cases.run(
          problem, faults: [Fault(.noise(sigma))], seed: UInt64(seed), budget: 400
        ).score.violation
      }.sorted()[2]
    }
    #expect(violations[1] > 10 * violations[0] && violations[1] < 1_000 * violations[0])
    #expect(violations[2] > 10 * violations[1] && violations[2] < 1_000 * violations[1])
  }

  @Test("a mixture of faults never makes all believe in a wrong end", arguments: 1...40)
  func mixture(seed: Int) throws {
    guard let problem = try Cases.flow("case14_ieee") else { return }
    let result = try Cases.run(
      problem,
      faults: [
        Fault(.loss(0.2)), Fault(.duplication(0.2)), Fault(.reordering(0.2)),
        Fault(.delay(.logNormal(median: 1.5, sigma: 0.4))),
        Fault(.partition, at: .border(of: [1]), during: 30..<50),
      ], seed: UInt64(seed))
    #expect(result.stop == .true)
  }
}

@Suite("Regions of any shape")
struct RegionShapeTests {
  /// Six rows in a ring, a cheap and a dear unit, and demand elsewhere.
  private func grid(islands: Bool = false, demand: [Double] = [0, 0.5, 0.5, 0, 0.4, 0.4]) -> DCGrid
  {
    let element = Generator(id: "g", bus: "b").reference
    func branch(_ from: Int, _ to: Int) -> DCBranch {
      DCBranch(
        element: element, from: from, to: to, susceptance: 10, shift: 0, rating: 1,
        angleLimits: nil)
    }
    let pairs =
      islands
      ? [(0, 1), (1, 2), (3, 4), (4, 5)] : [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]
    return DCGrid(
      definition: .matpower, base: .init(power_MVA: 100), buses: (0..<6).map { .init("\($0)") },
      demand: demand, branches: pairs.map(branch),
      units: [(0, 10.0), (3, 20.0)].map { row, price in
        DCUnit(
          element: element, row: row, lower: 0, upper: 1.5,
          cost: .quadratic(0, linear: price, constant: 0))
      },
      references: islands
        ? [.init(row: 0, angle: 0), .init(row: 3, angle: 0)] : [.init(row: 0, angle: 0)])
  }

  @Test(
    "one region, one without units or reference, one in two pieces, a region for each row",
    arguments: [
      [0, 0, 0, 0, 0, 0], [0, 1, 1, 0, 2, 2], [0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2],
      [0, 1, 2, 3, 4, 5],
    ])
  func shapes(owner: [Int]) throws {
    let grid = grid()
    let problem = FlowProblem(grid, owner: owner, optimum: try DCOptimum(of: grid).objective)
    let result = try Cases.run(problem)
    #expect(result.stop == .true, "\(result.score) after \(result.rounds)")
  }

  @Test(
    "islands of their own need no word from each other",
    arguments: [
      [0, 0, 0, 1, 1, 1], [0, 0, 1, 2, 2, 3],
    ])
  func islands(owner: [Int]) throws {
    let grid = grid(islands: true)
    let problem = FlowProblem(grid, owner: owner, optimum: try DCOptimum(of: grid).objective)
    let result = try Cases.run(problem)
    #expect(result.stop == .true, "\(result.score) after \(result.rounds)")
  }

  @Test(
    "where nothing is feasible, nobody settles",
    arguments: [
      [0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2],
    ])
  func infeasible(owner: [Int]) throws {
    let problem = FlowProblem(
      grid(demand: [0, 2, 2, 0, 2, 2]), owner: owner, optimum: nil)
    let result = try Cases.run(problem, budget: 300)
    #expect(result.stop == .budget, "\(result.score) after \(result.rounds)")
  }
}
