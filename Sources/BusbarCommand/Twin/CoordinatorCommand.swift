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
      It waits for the nodes of the topology's placement, runs the ticks and
      sends the nodes home.

      Examples:
        busbar coordinator Topologies/cigre-mv.yaml --listen 127.0.0.1:7400
        busbar node --name north --twin cigre-mv --coordinator 127.0.0.1:7400
      """)

  @Argument(help: "The grid with its segments.")
  var topology: String

  @Option(
    help: ArgumentHelp("Where to listen; 127.0.0.1:7400 by default.", valueName: "HOST:PORT"),
    transform: LoopbackAddress.init)
  var listen = LoopbackAddress(host: "127.0.0.1", port: 7400)

  @OptionGroup
  var options: RunOptions

  @Option(help: ArgumentHelp("How long to wait for the nodes.", valueName: "SECONDS"))
  var wait: Int64 = 60

  func validate() throws {
    if wait < 1 { throw ValidationError("--wait takes a number of seconds from 1 up.") }
  }

  func run() async throws {
    let topology = try options.read(self.topology)
    let (result, wasInterrupted) = await Interruptible.run { try await run(topology) }
    if wasInterrupted {
      printNote("interrupted: the nodes were sent home")
      throw ExitCode.interrupted
    }
    do {
      options.twinOutput.end(try result.get())
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
      printNote("error: \(CoordinatorProcess.reason(error))")
      throw ExitCode.unreachable
    }
    printNote("listening at \(process.address); start each node with its command:")
    for node in plan.nodes {
      printNote(
        "  busbar node \(ShellWord.quote("--name=\(node)")) "
          + "\(ShellWord.quote("--twin=\(plan.name)")) --coordinator \(process.address)")
    }
    let output = options.twinOutput
    do {
      let summary = try await process.run(
        plan, ticks: options.ticks(of: topology), formingWithin: .seconds(wait),
        onTick: output.show(_:at:))
      await process.end()
      return summary
    } catch {
      await process.end()
      throw error
    }
  }
}
