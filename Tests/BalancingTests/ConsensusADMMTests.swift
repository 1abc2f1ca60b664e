import Testing

@testable import Balancing

@Suite("Optimal flow by regions")
struct ConsensusADMMTests {
  @Test(
    "is within PowerModelsADA's tolerance in few rounds, with parameters that nobody chose",
    arguments: [("case14_ieee", 20), ("case73_ieee_rts", 30)])
  func defaults(name: String, rounds: Int) throws {
    guard let problem = try Cases.flow(name) else { return }
    let result = try Cases.run(problem, tolerance: .powerModelsADA, stopsAtReferee: true)
    #expect(result.stop == .true)
    #expect(result.rounds <= rounds)
    print("\(name): \(result.rounds) rounds with defaults")
  }

  @Test("and in fewer with chosen ones", arguments: [("case14_ieee", 15), ("case73_ieee_rts", 23)])
  func tuned(name: String, rounds: Int) throws {
    guard let problem = try Cases.flow(name) else { return }
    let result = try Cases.run(problem, tolerance: .powerModelsADA, stopsAtReferee: true) {
      $0.penalty = name == "case14_ieee" ? 2_000 : 3_000
      $0.angleWeight = name == "case14_ieee" ? 0.1 : 1
      $0.relaxation = name == "case14_ieee" ? 0.5 : 0.55
    }
    #expect(result.stop == .true)
    #expect(result.rounds <= rounds)
    print("\(name): \(result.rounds) rounds with chosen parameters")
  }

  @Test("finds the optimum to six digits in at most 120 rounds")
  func precise() throws {
    guard let problem = try Cases.flow("case73_ieee_rts") else { return }
    let result = try Cases.run(problem, stopsAtReferee: true)
    #expect(result.stop == .true)
    #expect(result.rounds <= 120)
  }

  @Test("ends by agreement, at the optimum", arguments: ["case14_ieee", "case73_ieee_rts"])
  func agreement(name: String) throws {
    guard let problem = try Cases.flow(name) else { return }
    let result = try Cases.run(problem)
    #expect(result.stop == .true)
    #expect(result.score.gap! < 1e-9)
    #expect(result.score.violation < 1e-8)
  }

  @Test("does not settle before a hopeless iteration has: the budget ends it")
  func budget() throws {
    guard let problem = try Cases.flow("case73_ieee_rts") else { return }
    let result = try Cases.run(problem, budget: 100) { $0.penalty = 1e-3 }
    #expect(result.stop == .budget)
  }

  @Test("a region that lies is not mistaken for the truth")
  func lies() throws {
    guard let problem = try Cases.flow("case14_ieee") else { return }
    for lie in [Fault.Lie.signFlip, .factor(1.01), .silent] {
      let result = try Cases.run(
        problem, faults: [Fault(.byzantine(lie), at: .agent(0))], budget: 500)
      #expect(result.stop != .true)
    }
  }

  @Test("never ends falsely under losses and delays, in 1,000 runs")
  func falseConvergence() throws {
    guard let problem = try Cases.flow("case14_ieee") else { return }
    var stops: [Stop: Int] = [:]
    for seed in 1...1_000 {
      let fault: Fault =
        switch seed % 5 {
        case 0: Fault(.loss(0.5))
        case 1: Fault(.loss(0.2))
        case 2: Fault(.delay(.constant(Double(1 + seed % 5))))
        case 3: Fault(.delay(.logNormal(median: 2, sigma: 0.5)))
        default: Fault(.reordering(0.3))
        }
      let result = try Cases.run(problem, faults: [fault], seed: UInt64(seed))
      stops[result.stop, default: 0] += 1
      #expect(result.score.gap! < 1e-6)
    }
    #expect(stops == [.true: 1_000])
  }

  @Test(
    "stays within 0.1 % after at most half as many rounds again when every fifth message is lost")
  func loss() throws {
    guard let problem = try Cases.flow("case73_ieee_rts") else { return }
    let referee = Referee(problem, tolerance: Tolerance(gap: 1e-3, violation: .infinity))
    func rounds(_ faults: [Fault], seed: Int = 1) throws -> Int {
      let result = try Cases.run(
        problem, faults: faults, seed: UInt64(seed), budget: 300, interval: 1)
      return (result.trace.last { !referee.accepts($0.score) }?.round ?? 0) + 1
    }
    let few = try rounds([])
    let many = try (1...41).map { try rounds([Fault(.loss(0.2))], seed: $0) }.sorted()[20]
    #expect(Double(many) <= 1.5 * Double(few))
    print("rounds to 0.1 % without and with 20 % loss: \(few), \(many)")
  }

  @Test("ends at the optimum where every second message is lost")
  func heavyLoss() throws {
    guard let problem = try Cases.flow("case73_ieee_rts") else { return }
    for seed in 1...5 {
      let result = try Cases.run(problem, faults: [Fault(.loss(0.5))], seed: UInt64(seed))
      #expect(result.stop == .true)
      #expect(result.score.gap! < 1e-6)
    }
  }

  @Test("a killed region starts anew, and the run ends as without")
  func kill() throws {
    guard let problem = try Cases.flow("case73_ieee_rts") else { return }
    let result = try Cases.run(problem, faults: [Fault(.kill, at: .agent(1), during: 30..<50)])
    #expect(result.stop == .true)
  }

  @Test("gives the same trace in 100 of 100 runs, and another for another seed")
  func determinism() throws {
    guard let problem = try Cases.flow("case14_ieee") else { return }
    func result(_ seed: UInt64) throws -> RunResult {
      try Cases.run(
        problem, faults: [Fault(.loss(0.2)), Fault(.reordering(0.2)), Fault(.duplication(0.2))],
        seed: seed, interval: 1)
    }
    let first = try result(7)
    for _ in 1..<100 { #expect(try result(7) == first) }
    #expect(try result(8).traceHash != first.traceHash)
  }

  @Test("sends each round an angle for each end of its ties to each neighbour")
  func accounting() throws {
    guard let problem = try Cases.flow("case73_ieee_rts") else { return }
    let result = try Cases.run(problem, budget: 100, interval: 1)
    // Five ties with ten ends, both ways; three pairs of regions, both ways.
    for row in result.trace.prefix(40) {
      #expect(row.traffic.words == 20 * row.round)
      #expect(row.traffic.messages == 6 * row.round)
      #expect(row.traffic.bytes == row.round * (6 * 41 + 20 * 8))
    }
    #expect(result.trace.count >= 40)
    // The first window ends with round 60. Two regions report to the third, which sends each its plan
    // twice.
    let leap = 2 * (Extrapolation.reportCount + 2 * Extrapolation.planCount)
    let later = try #require(result.trace.first { $0.round == 70 })
    #expect(later.traffic.messages == 6 * 70)
    #expect(later.traffic.words == 20 * 70 + leap)
  }
}
