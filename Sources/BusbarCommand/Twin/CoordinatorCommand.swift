import ActorCluster
import ArgumentParser
import Foundation
import GridModel
import Logging
import Twin
import TwinStore

struct CoordinatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator",
    abstract: "Run the coordinator of a twin whose nodes you start yourself.",
    discussion: """
      It waits for the nodes of the topology's placement, runs the ticks and
      sends the nodes home. With --data it keeps what it commits, and goes on
      there when it is started again; 'busbar up' does that for you.

      Examples:
        busbar coordinator Topologies/cigre-mv.yaml --listen 127.0.0.1:7400
        busbar node --name north --twin cigre-mv --coordinator 127.0.0.1:7400
        busbar coordinator Topologies/cigre-mv.yaml --data day --pace 900

      Exit codes: 0 the day is done; 1 error; 3 a tick has no solution; 64 usage;
      65 bad input; 69 the port is taken, or nodes did not join; 75 no node is
      left; 130 interrupted.
      """)

  @Argument(help: "The grid with its segments.")
  var topology: String

  @Option(
    help: ArgumentHelp("Where to listen; 127.0.0.1:7400 by default.", valueName: "HOST:PORT"),
    transform: LoopbackAddress.init)
  var listen = LoopbackAddress(host: "127.0.0.1", port: 7400)

  @OptionGroup
  var options: RunOptions

  @OptionGroup
  var pacing: PaceOption

  @Option(help: ArgumentHelp("Where to keep what is committed, and events.", valueName: "DIR"))
  var data: String?

  @Option(help: ArgumentHelp("How long to wait for the nodes.", valueName: "SECONDS"))
  var wait: Int64 = 60

  @OptionGroup
  var logs: LogOptions

  /// Whoever started this process reads its directory.
  @Flag(help: .hidden)
  var quiet = false

  func validate() throws {
    if wait < 1 { throw ValidationError("--wait takes a number of seconds from 1 up.") }
  }

  func run() async throws {
    let topology = try options.read(self.topology)
    let log = logs.log("coordinator")
    let journal = try data.map { try CoordinatorJournal(TwinDirectory(path: $0), log) }
    let (result, wasInterrupted) = await Interruptible.run {
      try await run(topology, journal, log)
    }
    if wasInterrupted {
      printNote("interrupted: the nodes were sent home")
      journal?.end(.interrupted, because: "it was interrupted, and sent the nodes home")
      throw ExitCode.interrupted
    }
    do {
      let summary = try result.get()
      if !quiet { options.twinOutput.end(summary) }
      journal?.write(summary)
      journal?.end(.success, because: "the day is done")
    } catch {
      let code = TwinEnding.exitCode(of: error)
      journal?.end(code, because: "\(error)")
      throw code
    }
  }

  private func run(
    _ topology: Topology, _ journal: CoordinatorJournal?, _ log: Logger
  ) async throws -> TwinSummary {
    let plan = try TwinPlan(topology)
    let process = try await listen(plan, journal, log)
    if !quiet { tellHowToJoin(plan, process.address) }
    do {
      try journal?.begin(at: process.address)
      let output = options.twinOutput
      let day = CoordinatorProcess.Day(
        ticks: options.ticks(of: topology), pace: pacing.pace,
        earlier: journal?.ticks() ?? [:],
        storedFingerprint: { journal?.storedFingerprint(of: $0, plan) },
        afterTick: { record, place in
          journal?.committed(record)
          if !quiet { output.show(record, at: place) }
        },
        onShift: {
          let behind = fixed($0.milliseconds, 0)
          log.warning("behind by \(behind) ms: the rest of the day starts later")
        })
      var summary = try await process.run(plan, day, formingWithin: .seconds(wait))
      summary.recoveries = journal?.events.recoveries ?? []
      await process.end()
      return summary
    } catch {
      await process.end()
      throw error
    }
  }

  private func listen(
    _ plan: TwinPlan, _ journal: CoordinatorJournal?, _ log: Logger
  ) async throws -> CoordinatorProcess {
    let store: any Store = try journal?.openStore() ?? MemoryStore()
    var settings = CoordinatorSettings()
    // What is kept can wait for nodes that somebody starts again.
    if journal != nil { settings.patience = nil }
    do {
      let process = try await CoordinatorProcess(
        twin: plan.name, listen: listen.address, store: store, settings: settings,
        events: journal?.events.sink ?? EventSink.none, log: log)
      if let journal { try process.serveArchive(of: try journal.openArchive()) }
      return process
    } catch {
      throw Refusal(CoordinatorProcess.reason(error), code: .unreachable)
    }
  }

  private func tellHowToJoin(_ plan: TwinPlan, _ address: NodeAddress) {
    printNote("listening at \(address); start each node with its command:")
    for node in plan.nodes {
      printNote(
        "  busbar node \(ShellWord.quote("--name=\(node)")) "
          + "\(ShellWord.quote("--twin=\(plan.name)")) --coordinator \(address)")
    }
  }
}
