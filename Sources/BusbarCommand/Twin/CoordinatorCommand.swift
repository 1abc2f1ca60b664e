import ActorCluster
import ArgumentParser
import Foundation
import GridModel
import Twin

struct CoordinatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coordinator",
    abstract: "Run the coordinator of a twin whose nodes you start yourself.",
    discussion: """
      It waits for the nodes of the topology's placement, runs the ticks and sends the nodes home.

      Examples:
        busbar coordinator Topologies/cigre-mv.yaml --listen 127.0.0.1:7400
        busbar node --name north --twin cigre-mv --coordinator 127.0.0.1:7400
      """)

  @Argument(help: "The grid with its segments.")
  var topology: String

  @Option(help: ArgumentHelp("Where to listen.", valueName: "HOST:PORT"))
  var listen = LoopbackAddress(host: "127.0.0.1", port: 7400)

  @Option(help: "How many ticks to run; the topology's own count by default.")
  var ticks: Int64?

  @Option(help: "The seed of every random draw; the topology's own by default.")
  var seed: UInt64?

  @Option(help: ArgumentHelp("Print a line every N ticks.", valueName: "N"))
  var every: Int64 = 8

  @Option(help: ArgumentHelp("How long to wait for the nodes.", valueName: "SECONDS"))
  var wait: Int64 = 60

  @Option(name: .shortAndLong, help: "table or json.")
  var output = SummaryOutput.table

  func validate() throws {
    if let ticks, ticks < 1 { throw ValidationError("--ticks takes a number from 1 up.") }
    if every < 1 { throw ValidationError("--every takes a number from 1 up.") }
    if wait < 1 { throw ValidationError("--wait takes a number of seconds from 1 up.") }
  }

  func run() async throws {
    var topology = try Documents.read(self.topology)
    if let seed { topology.time.seed = seed }
    let signals = Signals.receive([SIGINT, SIGTERM, SIGHUP])
    let work = Task { [topology] in try await run(topology) }
    let interruption = Task {
      for await _ in signals {
        work.cancel()
        return true
      }
      return false
    }
    let result = await work.result
    interruption.cancel()
    if await interruption.value {
      printNote("interrupted: the nodes were sent home")
      throw ExitCode.interrupted
    }
    do {
      TwinOutput(format: output, every: every).end(try result.get())
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }

  private func run(_ topology: Topology) async throws -> TwinSummary {
    let plan = try TwinPlan(topology)
    let process: CoordinatorProcess
    do {
      process = try await CoordinatorProcess(twin: plan.name, listen: listen.address)
    } catch {
      printNote("error: \(error)")
      throw ExitCode.unreachable
    }
    printNote(
      "listening at \(process.address); start the nodes "
        + plan.nodes.map(\.rawValue).joined(separator: ", ") + " with 'busbar node --name "
        + "\(plan.nodes[0]) --twin \(plan.name) --coordinator \(process.address)'")
    let output = TwinOutput(format: self.output, every: every)
    output.begin()
    do {
      let summary = try await process.run(
        plan, ticks: ticks ?? topology.time.steps, formingWithin: .seconds(wait),
        onTick: output.show)
      await process.end()
      return summary
    } catch {
      await process.end()
      throw error
    }
  }
}
