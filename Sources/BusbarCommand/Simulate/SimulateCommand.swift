import ArgumentParser
import Foundation
import GridModel
import TwinSimulation

struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Run a simulated twin through disasters and judge it.",
    discussion: """
      Each seed is a disaster: processes crash and stand still, messages are lost,
      doubled and late, networks part, clocks run wrong, the store dies around a
      commit. It happens to eight nodes with 24 segments and their coordinator, in
      virtual time. A referee judges: never two owners, no committed tick lost or
      changed, and a new commit within 30 s after the last fault is over. The same
      seed is the same run, in the same build.

      Examples:
        busbar simulate --seeds 1..1000
        busbar simulate --seed 42
        busbar simulate --seed 42 --trace trace.txt
        busbar simulate --seeds 1..100 --twice -o json
        busbar simulate --seeds 1..200 --balancing admm

      Exit codes: 0 every rule held; 1 a rule did not hold, or an error; 130
      interrupted, after a summary of what was done.
      """)

  @Option(help: ArgumentHelp("The disasters to run, first and last.", valueName: "A..B"))
  var seeds: SeedRange?

  @Option(help: ArgumentHelp("One disaster, with what happened at its end.", valueName: "N"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "How many disasters to run at the same time; one for each core by default.", valueName: "N"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Simulated seconds from one tick to the next; 6 by default.", valueName: "SECONDS"))
  var pace: Double?

  @Option(
    help: ArgumentHelp(
      "Who finds the twin's set-points: schedule, tree or admm; schedule by default.",
      valueName: "ALGORITHM"))
  var balancing = BalancingPlan.Algorithm.schedule

  @Flag(help: "Run each disaster twice and compare the traces.")
  var twice = false

  @Option(
    help: ArgumentHelp(
      "Write all events and messages of --seed, or the last ones of each failing seed, to a file.",
      valueName: "FILE"))
  var trace: String?

  @Option(name: .shortAndLong, help: "table or json.")
  var output = OutputFormat.table

  /// Enough to see what led to a violation.
  private static let shownLines = 60
  /// All lines of a long run.
  private static let allLines = 1_000_000

  func validate() throws {
    guard (seeds == nil) != (seed == nil) else {
      throw ValidationError("Give either --seeds A..B or --seed N.")
    }
    if let pace, !(0...60).contains(pace) {
      throw ValidationError("--pace takes a number from 0 to 60.")
    }
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 256.")
    }
  }

  func run() async throws {
    // The threads that simulate leave the pool to whoever listens for signals.
    if let seed {
      try await replay(seed)
    } else if let seeds {
      try await run(seeds)
    }
  }

  private func run(_ seeds: SeedRange) async throws {
    let traceFile = try trace.map(TraceFile.init)
    let judge = try DisasterJudge(runsTwice: twice, pace: pace, balancing: balancing)
    let board = SimulationBoard(seeds)
    let (_, wasInterrupted) = await Interruptible.run {
      await SimulationJobs(count: jobs ?? ProcessInfo.processInfo.activeProcessorCount)
        .run(seeds, judge: judge) { outcome in
          if let line = board.add(outcome) { printNote(line) }
          guard !outcome.violations.isEmpty else { return }
          let failure = FailedSeed(
            outcome, trace: judge.trace(of: outcome, Self.shownLines), balancing: balancing)
          board.add(failure)
          traceFile?.write(failure.traceLines)
          if output == .table { for line in failure.lines { printData(line) } }
        }
    }
    let summary = board.summary()
    switch output {
    case .table: for line in summary.lines { printData(line) }
    case .json: printData(summary.json.text)
    }
    if wasInterrupted { throw ExitCode.interrupted }
    guard summary.failures.isEmpty else { throw ExitCode.failure }
  }

  private func replay(_ seed: UInt64) async throws {
    let traceFile = try trace.map(TraceFile.init)
    let judge = try DisasterJudge(runsTwice: twice, pace: pace, balancing: balancing)
    let board = SimulationBoard(SeedRange(first: seed, last: seed))
    let length = traceFile == nil ? Self.shownLines : Self.allLines
    let (_, wasInterrupted) = await Interruptible.run {
      await SimulationJobs(count: 1).run(
        SeedRange(first: seed, last: seed), judge: judge, traceLength: length
      ) { outcome in
        _ = board.add(outcome)
        let replayed = FailedSeed(outcome, trace: outcome.trace, balancing: balancing)
        if !outcome.violations.isEmpty { board.add(replayed) }
        traceFile?.write(replayed.traceLines)
        if output == .table {
          for line in replayed.lines(withTrace: traceFile == nil) { printData(line) }
        }
      }
    }
    let summary = board.summary()
    switch output {
    case .table: for line in summary.lines { printData(line) }
    case .json: printData(summary.json.text)
    }
    if wasInterrupted { throw ExitCode.interrupted }
    guard summary.failures.isEmpty else { throw ExitCode.failure }
  }
}
