import Balancing
import DCOptimalFlow
import Foundation
import GridModel
import Testing

@testable import Experiments

@Suite("A prepared experiment")
struct PreparedExperimentTests {
  private static let topologies =
    URL(fileURLWithPath: #filePath).appending(path: "../../../Topologies").standardized.path

  private func experiment(
    _ kind: String, _ partition: Partition?, _ algorithm: String, faults: [FaultChoice] = []
  ) -> Experiment {
    var grid = GridChoice(file: "ieee118.yaml")
    grid.partition = partition
    var experiment = Experiment(
      name: "test", problem: kind == "flow" ? .flow(grid) : .dispatch(grid),
      algorithms: [AlgorithmChoice(algorithm)])
    experiment.faults = faults
    return experiment
  }

  private func prepare(_ experiment: Experiment) throws -> PreparedExperiment {
    try PreparedExperiment(experiment, in: Self.topologies)
  }

  private func sentence(_ experiment: Experiment) -> String {
    do {
      _ = try prepare(experiment)
      return ""
    } catch { return "\(error)" }
  }

  @Test("shares a grid out by its segments, or gives every bus an agent")
  func partitions() throws {
    #expect(
      try prepare(experiment("flow", nil, "admm")).names == [
        "area-1", "area-2", "area-3", "area-4",
      ])
    #expect(try prepare(experiment("dispatch", nil, "tree")).names.count == 118)
  }

  @Test("draws connected parts of nearly one size, the same for the same seed")
  func drawn() throws {
    let prepared = try prepare(experiment("flow", .random(6, seed: 4), "admm"))
    let problem = try #require(prepared.problem.base as? FlowProblem)
    let again = try prepare(experiment("flow", .random(6, seed: 4), "admm"))
    #expect((again.problem.base as? FlowProblem)?.owner == problem.owner)
    let other = try prepare(experiment("flow", .random(6, seed: 5), "admm"))
    #expect((other.problem.base as? FlowProblem)?.owner != problem.owner)
    for agent in 0..<6 {
      let rows = problem.rows[agent]
      #expect(rows.count >= 5)
      var reached: Set = [rows[0]]
      var isGrowing = true
      while isGrowing {
        isGrowing = false
        for branch in problem.grid.branches
        where problem.owner[branch.from] == agent && problem.owner[branch.to] == agent {
          if reached.contains(branch.from) != reached.contains(branch.to) {
            reached.formUnion([branch.from, branch.to])
            isGrowing = true
          }
        }
      }
      #expect(reached.count == rows.count, "part \(agent) is in pieces")
    }
  }

  @Test("refuses shares and names that do not fit the grid, with a sentence")
  func refusals() {
    #expect(sentence(experiment("flow", .area, "admm")).contains("has no area"))
    #expect(
      sentence(experiment("flow", .buses([["1"], ["2"]]), "admm")).contains("in no list"))
    #expect(
      sentence(experiment("flow", .random(1_000, seed: 1), "admm")).contains("118 buses cannot"))
    #expect(
      sentence(
        experiment(
          "flow", nil, "admm",
          faults: [FaultChoice(.kill, at: .agent("area-9"), during: 0..<1)])
      ).contains("no agent is called 'area-9'; they are area-1"))
  }

  @Test("knows the central optimum: of the flow with its limits, of the dispatch without")
  func optima() throws {
    let flow = try #require(try prepare(experiment("flow", nil, "admm")).problem.optimum)
    let dispatch = try #require(try prepare(experiment("dispatch", nil, "tree")).problem.optimum)
    #expect(dispatch <= flow * (1 + 1e-9))
    let response = try PreparedExperiment(
      Experiment(
        name: "test", problem: .response(agents: 100, slots: 24, seed: 11),
        algorithms: [AlgorithmChoice("dual")]), in: "/")
    #expect(abs(try #require(response.problem.optimum) - 155.01204881) < 1e-7)
  }

  @Test("runs the same trial to the same trace, a hundred times of a hundred")
  func deterministic() throws {
    let faults = [
      FaultChoice(.loss(0.2), during: 0..<Double.infinity),
      FaultChoice(.delay(.logNormal(median: 2, sigma: 0.5)), during: 10..<40),
    ]
    var experiment = experiment("flow", nil, "admm", faults: faults)
    experiment.budget = 120
    let prepared = try prepare(experiment)
    let trial = Trial(algorithm: 0, seed: 7, repetition: 1)
    let first = try prepared.run(trial)
    for _ in 1..<100 { #expect(try prepared.run(trial) == first) }
    let other = try prepared.run(Trial(algorithm: 0, seed: 8, repetition: 1))
    #expect(other.traceHash != first.traceHash)
  }

  @Test("takes algorithms of a researcher's own")
  func ownAlgorithm() throws {
    struct Idle: BalancingAlgorithm {
      struct Agent: BalancingAgent {
        let neighbors: [Int]
        let trigger = Trigger.everyNeighbor(patience: 1)
        let count: Int
        mutating func absorb(_ message: Message) {}
        mutating func step(through exchange: inout Exchange) {
          for neighbor in neighbors { exchange.tell(neighbor, [1]) }
        }
        var opinion: Opinion { Opinion(decision: [Double](repeating: 0, count: count)) }
      }
      var name: String { "idle" }
      func agents(for problem: DispatchProblem) -> [Agent] {
        problem.duties.indices.map {
          Agent(neighbors: problem.neighbors[$0], count: problem.duties[$0].units.count)
        }
      }
    }
    var catalog = AlgorithmCatalog.builtIn
    catalog.add("idle") { _ in Idle() }
    var experiment = experiment("dispatch", nil, "idle")
    experiment.budget = 10
    let prepared = try PreparedExperiment(experiment, in: Self.topologies, catalog)
    let run = try prepared.run(Trial(algorithm: 0, seed: 1, repetition: 1))
    #expect(run.stop == .budget)
    #expect(run.rounds == 10)
    #expect(run.traffic.words == run.traffic.messages)
  }
}
