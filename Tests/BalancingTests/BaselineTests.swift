import Testing

@testable import Balancing
@testable import DCOptimalFlow
@testable import GridModel

@Suite("Baselines of economic dispatch")
struct BaselineTests {
  /// Nine agents in a ring, every third with a unit with limits, every one with a demand.
  private func ring(optimum: Double? = nil) -> DispatchProblem {
    let element = Generator(id: "g", bus: "b").reference
    var duties = (0..<9).map { DispatchProblem.Duty(units: [], demand: 0.1 + 0.01 * Double($0)) }
    for (agent, quadratic, upper) in [(0, 5.0, 0.3), (3, 10, 2), (6, 20, 2)] {
      duties[agent].units = [
        DCUnit(
          element: element, row: 0, lower: 0.05, upper: upper,
          cost: .quadratic(quadratic, linear: 10, constant: 0))
      ]
    }
    return DispatchProblem(
      duties: duties, neighbors: (0..<9).map { [($0 + 1) % 9, ($0 + 8) % 9].sorted() },
      optimum: optimum)
  }

  private func solved() -> DispatchProblem {
    let problem = ring()
    let exact = run(problem, TreeDispatch().agents(for: problem), interval: 0)
    return ring(optimum: exact.score.objective)
  }

  private func run<Agent: BalancingAgent>(
    _ problem: DispatchProblem, _ agents: [Agent], faults: [Fault] = [], budget: Int = 20_000,
    interval: Int = 0
  ) -> RunResult {
    var options = VirtualRun<DispatchProblem, Agent>.Options()
    options.faults = faults
    options.budget = budget
    options.interval = interval
    var run = VirtualRun(Referee(problem), agents: agents, options: options)
    return run.run()
  }

  @Test(
    "gradient tracking ends at the optimum, units at their limits or not, whatever is lost",
    arguments: [
      [], [Fault(.loss(0.3))], [Fault(.delay(.constant(2)))], [Fault(.duplication(0.3))],
      [Fault(.kill, at: .agent(3), during: 100..<150)],
    ])
  func tracking(faults: [Fault]) {
    let problem = solved()
    let result = run(problem, GradientTracking().agents(for: problem), faults: faults)
    #expect(result.stop == .true, "\(result.score) after \(result.rounds)")
  }

  @Test("consensus + innovations comes near, with losses too, and does not claim more")
  func innovations() {
    let problem = solved()
    for faults in [[], [Fault(.loss(0.3))]] {
      let result = run(
        problem, ConsensusInnovations().agents(for: problem), faults: faults, budget: 10_000)
      #expect(result.stop != .falseConvergence)
      #expect(result.score.gap! < 0.01)
    }
  }

  @Test("send a message over each edge both ways a round, of two words and of one")
  func accounting() {
    let problem = ring()
    let tracking = run(problem, GradientTracking().agents(for: problem), budget: 50, interval: 1)
    let innovations = run(
      problem, ConsensusInnovations().agents(for: problem), budget: 50, interval: 1)
    for round in 0..<40 {
      #expect(tracking.trace[round].traffic.messages == 18 * (round + 1))
      #expect(tracking.trace[round].traffic.words == 36 * (round + 1))
      #expect(innovations.trace[round].traffic.messages == 18 * (round + 1))
      #expect(innovations.trace[round].traffic.words == 18 * (round + 1))
    }
  }

  @Test("are named as in files")
  func names() {
    #expect(GradientTracking().name == "gradient-tracking")
    #expect(ConsensusInnovations().name == "consensus-innovations")
  }
}
