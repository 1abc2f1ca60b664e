import ArgumentParser
import Balancing
import Experiments
import Foundation
import GridModel

struct RunExperimentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an experiment: every algorithm, seed and repetition of its document.",
    discussion: """
      Results, traces and a manifest go to a folder, NAME.results by default. Runs
      that are in it already are not run again: an interrupted experiment goes on
      where it ended. Every run is judged by a referee that knows the central
      optimum: true (the agents ended, and the answer is as good as was asked for),
      falseConvergence (they ended, and it is not) or budget (the rounds ran out).

      Examples:
        busbar experiment run Examples/experiments/dispatch-by-tree.yaml
        busbar experiment run loss.yaml --seeds 1..100 --jobs 2
        busbar experiment run areas.yaml --runtime processes -o json

      Exit codes: 0 every run was made, however it ended; 65 the document has
      faults; 130 interrupted: run the same command again to go on.
      """)

  @Argument(help: "An experiment's document (.yaml).")
  var file: String

  @Option(
    name: [.customShort("d"), .customLong("directory")],
    help: ArgumentHelp("Where results go; NAME.results by default.", valueName: "DIR"))
  var directory: String?

  @Option(help: ArgumentHelp("Instead of the document's: 7, 1..20 or 1,2,5.", valueName: "SEEDS"))
  var seeds: SeedList?

  @Option(help: "Instead of the document's: simulated or processes.")
  var runtime: Experiment.RuntimeKind?

  @Option(
    help: ArgumentHelp(
      "Simulated runs at the same time; one by default, so that times are fair.", valueName: "N"))
  var jobs = 1

  @Flag(help: "Delete the results that are there and begin anew.")
  var fresh = false

  @Option(name: .shortAndLong, help: "table, or json: a line for each run as it ends.")
  var output = OutputFormat.table

  func validate() throws {
    guard (1...256).contains(jobs) else {
      throw ValidationError("--jobs takes a number from 1 to 256.")
    }
  }

  func run() async throws {
    do { try await runAll() } catch { throw TwinEnding.exitCode(of: error) }
  }

  private func runAll() async throws {
    let prepared = try prepare()
    let experiment = prepared.experiment
    let folder = try ResultsFolder(
      directory ?? "\(experiment.name).results", of: file, prepared, isFresh: fresh)
    let known = Set(folder.results.map(\.trialName))
    let trials = experiment.trials.filter { !known.contains(experiment.name(of: $0)) }
    if trials.isEmpty {
      printNote(
        "all \(counted(experiment.trials.count, "run")) are in \(folder.path); --fresh runs them again"
      )
    } else if !known.isEmpty {
      printNote(
        "going on in \(folder.path): \(counted(trials.count, "run")) of "
          + "\(experiment.trials.count) left")
    }
    if output == .json {
      for result in folder.results { printData(ExperimentResultJSON(result).document.text) }
    }
    let board = ExperimentBoard(trials.count)
    let (result, wasInterrupted) = await Interruptible.run {
      switch experiment.runtime {
      case .simulated: try await simulate(trials, prepared, folder, board)
      case .processes: try await runInProcesses(trials, prepared, folder, board)
      }
    }
    if output == .table, !folder.results.isEmpty {
      for line in ComparisonTable([Comparison.Group(folder.results)]).lines { printData(line) }
    }
    if wasInterrupted {
      printNote(
        "interrupted; what is done is in \(folder.path), and the same command goes on from there")
      throw ExitCode.interrupted
    }
    try result.get()
    printNote(
      "results in \(folder.path); 'busbar experiment report \(ShellWord.quote(folder.path))' "
        + "draws them")
  }

  private func prepare() throws -> PreparedExperiment {
    do {
      var experiment = try Experiment.read(contentsOf: file)
      if let seeds { experiment.seeds = seeds.seeds }
      if let runtime { experiment.runtime = runtime }
      let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
      let prepared = try PreparedExperiment(experiment, in: folder)
      if prepared.problem.optimum == nil {
        printNote("warning: the problem has no central optimum; no gap can be told")
      }
      return prepared
    } catch let faults as DocumentFaults {
      printNote("\(faults)")
      throw ExitCode.badInput
    } catch let fault as ExperimentFault {
      printNote("error: \(file): \(fault)")
      throw ExitCode.badInput
    }
  }

  // MARK: In this process

  private func simulate(
    _ trials: [Trial], _ prepared: PreparedExperiment, _ folder: ResultsFolder,
    _ board: ExperimentBoard
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (position, trial) in trials.enumerated() {
        if position >= jobs { try await group.next() }
        try Task.checkCancellation()
        group.addTask {
          let clock = ContinuousClock()
          let start = clock.now
          let run = try prepared.run(trial, stopwatch: .monotonic)
          let result = ExperimentResult(
            run, of: trial, in: prepared.experiment, runtime: .simulated,
            seconds: (clock.now - start) / .seconds(1))
          try take(result, run.trace, folder, board)
        }
      }
      try await group.waitForAll()
    }
  }

  private func take(
    _ result: ExperimentResult, _ trace: [TraceRow], _ folder: ResultsFolder,
    _ board: ExperimentBoard
  ) throws {
    try folder.add(result, trace)
    if output == .json { printData(ExperimentResultJSON(result).document.text) }
    if let line = board.add() { printNote(line) }
  }

  // MARK: In processes

  private func runInProcesses(
    _ trials: [Trial], _ prepared: PreparedExperiment, _ folder: ResultsFolder,
    _ board: ExperimentBoard
  ) async throws {
    guard !trials.isEmpty else { return }
    let court = try await ProcessCourt(prepared, file: file, folder: folder.path)
    let result: Result<Void, any Error>
    do {
      for trial in trials {
        try Task.checkCancellation()
        let (run, seconds) = try await court.run(trial)
        try take(
          ExperimentResult(
            run, of: trial, in: prepared.experiment, runtime: .processes, seconds: seconds),
          run.trace, folder, board)
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await court.end()
    try result.get()
  }
}

extension Experiment.RuntimeKind: ExpressibleByArgument {}

/// Seeds on a command line: `7`, `1..20` or `1,2,5`.
struct SeedList: ExpressibleByArgument, Sendable {
  let seeds: [UInt64]

  init?(argument: String) {
    if let range = SeedRange(argument: argument) {
      guard range.count <= 1_000_000 else { return nil }
      seeds = Array(range.first...range.last)
      return
    }
    let numbers = argument.split(separator: ",").map { UInt64($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) else { return nil }
    seeds = numbers.compactMap(\.self)
  }
}

extension VirtualRun<AnyProblem, AnyAgent>.Stopwatch {
  static let monotonic = Self { ContinuousClock.start.duration(to: .now) / .seconds(1) }
}

extension ContinuousClock {
  fileprivate static let start = ContinuousClock.now
}

extension Experiment {
  /// A run's name in its folder.
  func name(of trial: Trial) -> String {
    "\(algorithms[trial.algorithm].name)-\(trial.seed)-\(trial.repetition)"
  }
}

extension ExperimentResult {
  var trialName: String { "\(algorithm)-\(seed)-\(repetition)" }
}
