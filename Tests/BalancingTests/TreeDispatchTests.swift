import GridModel
import Testing

@testable import Balancing
@testable import DCOptimalFlow

@Suite("Exact dispatch by sums over a tree")
struct TreeDispatchTests {
  private func run(
    _ problem: DispatchProblem, faults: [Fault] = []
  ) -> (result: RunResult, prices: [Double]) {
    var options = VirtualRun<DispatchProblem, TreeAgent>.Options()
    options.faults = faults
    options.interval = 0
    var run = VirtualRun(
      Referee(problem), agents: TreeDispatch().agents(for: problem), options: options)
    let result = run.run()
    return (result, run.agents.map { $0.price / problem.base })
  }

  private func case118() throws -> DispatchProblem? {
    guard let folder = Cases.matpower else {
      print(
        "SKIPPED: case118 is not dispatched; set BUSBAR_MATPOWER to the data folder of MATPOWER")
      return nil
    }
    let topology = try Topology.read(contentsOf: "\(folder)/case118.m").topology
    return DispatchProblem(try DCGrid(topology, definition: .matpower), optimum: 125947.88141784)
  }

  @Test("finds price and cost of case118, also after any one agent's death")
  func case118Exactly() throws {
    guard let problem = try case118() else { return }
    for dead in -1..<problem.agentCount {
      let (result, prices) = run(dead < 0 ? problem : problem.without(dead))
      #expect(result.stop == .true)
      #expect(result.score.gap! < 1e-9)
      #expect(result.rounds <= 84)
      #expect(result.traffic.messages <= 1_404)
      for (agent, price) in prices.enumerated() where agent != dead {
        #expect(abs(price - 39.3813679481) < 1e-9 * 39)
      }
    }
  }

  @Test("after any one agent died in the middle of a run and started anew, the answer is exact")
  func restart() throws {
    guard let problem = try case118() else { return }
    for dead in 0..<problem.agentCount {
      let (result, _) = run(problem, faults: [Fault(.kill, at: .agent(dead), during: 15..<25)])
      #expect(result.stop == .true, "agent \(dead): \(result.stop) \(result.score)")
      #expect(result.score.gap! < 1e-9)
    }
  }

  @Test("survives losses")
  func losses() throws {
    guard let problem = try case118() else { return }
    let (result, _) = run(problem, faults: [Fault(.loss(0.2))])
    #expect(result.stop == .true)
  }

  @Test(
    "sends two messages an edge for each evaluation and two more, and as many rounds as it is high")
  func accounting() {
    let problem = line
    let (result, _) = run(problem)
    #expect(result.stop == .true)
    let (height, edges) = (2, 4)
    let evaluations = (result.traffic.messages / edges - 2) / 2
    #expect(evaluations >= 1)
    #expect(result.traffic.messages == edges * (2 * evaluations + 2))
    #expect(result.rounds == height * (2 * evaluations + 2))
    // Three words for the first sums, six an answer, two a price.
    #expect(result.traffic.words == edges * (3 + 8 * evaluations + 2))
  }

  @Test("shares at a price where units do not care, and of straight pieces")
  func indifferent() {
    let (result, prices) = run(line)
    #expect(abs(result.score.objective - (10 * 2 + 20 * 1.5)) < 1e-9)
    #expect(abs(prices[0] - 0.2) < 1e-12)
  }

  @Test("has no answer to a demand beyond all limits")
  func impossible() {
    var duties = line.duties
    duties[4].demand = 10
    let (result, _) = run(DispatchProblem(duties: duties, neighbors: line.neighbors, optimum: 1))
    #expect(result.stop == .falseConvergence)
  }

  /// Five agents in a line; 3.5 at the end of it, two units of 2 and 4 at prices of 10 and 20.
  private var line: DispatchProblem {
    var duties = [DispatchProblem.Duty](repeating: .init(), count: 5)
    duties[4].demand = 3.5
    for (agent, price, most) in [(0, 10.0, 2.0), (3, 20, 4)] {
      duties[agent].units = [
        DCUnit(
          element: Generator(id: "g", bus: "b").reference, row: 0, lower: 0, upper: most,
          cost: .quadratic(0, linear: price, constant: 0))
      ]
    }
    return DispatchProblem(
      duties: duties, neighbors: [[1], [0, 2], [1, 3], [2, 4], [3]], optimum: 50)
  }
}
