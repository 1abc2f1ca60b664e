import Balancing
import DCOptimalFlow
import GridModel
import Testing

@testable import Experiments

@Suite("An experiment's document")
struct ExperimentReaderTests {
  private static let head = """
    apiVersion: busbar/v1
    kind: Experiment
    problem: {kind: dispatch, file: grid.yaml}
    """

  private func read(_ text: String) throws -> Experiment {
    try Experiment.read(text, named: "test.yaml")
  }

  private func faults(_ text: String) -> [String] {
    do {
      _ = try read(text)
      return []
    } catch let faults as DocumentFaults {
      return faults.faults.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }

  @Test("says what is balanced, by whom, how often and how well")
  func whole() throws {
    let experiment = try read(
      """
      apiVersion: busbar/v1
      kind: Experiment
      name: areas
      problem:
        kind: flow
        file: case.m
        dc: pglib
        partition: {buses: [[1, 3-5], [2]]}
      algorithms:
        - admm
        - {name: admm, as: slow, relaxation: 0.5}
      seeds: 3..5
      repetitions: 2
      tolerance: {gap: 1.0e-3}
      end: referee
      runtime: processes
      budget: 50
      trace: 5
      round_ms: 40
      external: [one]
      """)
    guard case .flow(let grid) = experiment.problem else {
      Issue.record("not a flow")
      return
    }
    #expect(grid.file == "case.m")
    #expect(grid.definition == .pglib)
    #expect(grid.partition == .buses([["1", "3", "4", "5"], ["2"]]))
    #expect(experiment.algorithms.map(\.name) == ["admm", "slow"])
    #expect(experiment.algorithms[1].parameters == ["relaxation": 0.5])
    #expect(experiment.trials.count == 12)
    #expect(experiment.tolerance.gap == 1e-3)
    #expect(experiment.tolerance.violation == .infinity)
    #expect(experiment.end == .referee)
    #expect(experiment.runtime == .processes)
    #expect(experiment.budget == 50)
    #expect(experiment.traceInterval == 5)
    #expect(experiment.round_s == 0.04)
    #expect(experiment.external == ["one"])
  }

  @Test("needs a problem and an algorithm, and everything else has a default")
  func least() throws {
    let experiment = try read(Self.head + "\nalgorithms: [tree]")
    #expect(experiment.trials == [Trial(algorithm: 0, seed: 1, repetition: 1)])
    #expect(experiment.tolerance == Tolerance())
    let faults = faults("apiVersion: busbar/v1\nkind: Experiment")
    #expect(faults.contains { $0.contains("has no 'problem'") })
    #expect(faults.contains { $0.contains("has no 'algorithms'") })
  }

  @Test(
    "has faults that are told with their line and what to write instead",
    arguments: [
      ("algorithms: [treee]", "closest is 'tree'"),
      ("algorithms: [admm]", "does not solve a problem of kind 'dispatch'"),
      ("algorithms: [{name: tree, patince: 3}]", "closest is 'patience'"),
      ("algorithms: [tree, tree]", "as: NAME"),
      ("algorithms: []", "names none"),
      ("algorithms: [tree]\nseeds: many", "write 7, 1..20 or [1, 2, 5]"),
      ("algorithms: [tree]\nseeds: 9..2", "write 7, 1..20 or [1, 2, 5]"),
      ("algorithms: [tree]\nrepetitions: 0", "from 1 to 10000"),
      ("algorithms: [tree]\ntolerance: tight", "powerModelsADA"),
      ("algorithms: [tree]\nend: never", "known are agents, referee"),
      ("algorithms: [tree]\nbudgt: 4", "closest is 'budget'"),
      ("algorithms: [tree]\nfaults: [{loss: 2}]", "from 0 to 1"),
      ("algorithms: [tree]\nfaults: [{agent: x}]", "what goes wrong"),
      ("algorithms: [tree]\nfaults: [{loss: 0.1, noise: 0.2}]", "write two faults"),
      ("algorithms: [tree]\nfaults: [{byzantine: mean, agent: a}]", "silent, sign-flip"),
      ("algorithms: [tree]\nfaults: [{slow: 2}]", "has no 'agent'"),
      ("algorithms: [tree]\nfaults: [{kill: a, rounds: [5, 2]}]", "[FIRST, END]"),
      ("algorithms: [tree]\nfaults: [{loss: 0.1, link: [a]}]", "[FROM, TO]"),
      ("algorithms: [tree]\nseeds: 1..1000000\nrepetitions: 10", "asks for 10000000 runs"),
    ])
  func faulty(rest: String, hint: String) {
    let faults = faults(Self.head + "\n" + rest)
    #expect(faults.contains { $0.contains(hint) && $0.contains("test.yaml:") }, "\(faults)")
  }

  @Test("names every fault that there is")
  func everyFault() throws {
    let experiment = try read(
      Self.head + """

        algorithms: [tree]
        faults:
          - {loss: 0.1}
          - {duplication: 0.1, link: [a, b]}
          - {reordering: 0.1, rounds: [5]}
          - {delay: 3, agent: a}
          - {delay: {median: 2, sigma: 0.5}}
          - {delay: {trace: [1, 2, 3]}}
          - {partition: [a, b], rounds: [10, 20]}
          - {noise: 0.01}
          - {quantisation: 0.01}
          - {replay: 0.1}
          - {byzantine: silent, agent: a}
          - {byzantine: -2.5, agent: a}
          - {byzantine: sign-flip, agent: a}
          - {slow: 3, agent: a}
          - {kill: a, rounds: [5, 9]}
        """)
    let kinds = experiment.faults.map(\.kind)
    #expect(
      kinds == [
        .loss(0.1), .duplication(0.1), .reordering(0.1), .delay(.constant(3)),
        .delay(.logNormal(median: 2, sigma: 0.5)), .delay(.trace([1, 2, 3])), .partition,
        .noise(0.01), .quantisation(0.01), .replay(0.1), .byzantine(.silent),
        .byzantine(.factor(-2.5)), .byzantine(.signFlip), .slow(3), .kill,
      ])
    #expect(experiment.faults[2].window == 5..<Double.infinity)
    #expect(experiment.faults[6].window == 10..<20)
  }
}
