import ActorCluster
import ArgumentParser
import Foundation
import GridModel
import Synchronization
import Twin

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Run a seeded day of a twin: a coordinator and one process for each node.",
    discussion: """
      Every node of the topology's placement becomes a process on this machine;
      the segments solve the grid together at every tick. Ctrl-C ends every
      process. The fingerprint of a run is a hash of all that it committed: equal
      runs have equal ones.

      Examples:
        busbar demo
        busbar demo --topology Topologies/ieee118.yaml --ticks 16
        busbar demo --verify -o json

      Exit codes: 0 done; 1 error, or not verified; 3 a tick has no solution;
      65 bad input; 75 a node was lost; 130 interrupted.
      """)

  @Option(help: ArgumentHelp("The grid with its segments.", valueName: "FILE"))
  var topology = Self.ownTopology

  @OptionGroup
  var options: RunOptions

  @Flag(help: "After every tick also solve the whole grid in one process and compare.")
  var verify = false

  private static let ownTopology = "Topologies/cigre-mv.yaml"
  /// Four processes of one machine start in well under a second.
  private static let formingTimeout = Duration.seconds(10)
  /// How long the twin may take to notice itself that a child has ended.
  private static let noticeTimeout = Duration.seconds(3)

  func run() async throws {
    let topology = try readTopology()
    let children = ChildNodes()
    let (result, wasInterrupted) = await Interruptible.run { try await run(topology, children) }
    await children.end()
    if wasInterrupted {
      printNote("interrupted: every process of the demo has ended")
      throw ExitCode.interrupted
    }
    do {
      let summary = try result.get()
      options.twinOutput.end(summary)
      guard summary.agrees else { throw ExitCode.failure }
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }

  private func readTopology() throws -> Topology {
    if topology == Self.ownTopology, !FileManager.default.fileExists(atPath: topology) {
      printNote(
        "error: there is no \(topology) here; run the demo at the top of a checkout, or give "
          + "--topology FILE")
      throw ExitCode.badInput
    }
    return try options.read(topology)
  }

  private func run(_ topology: Topology, _ children: ChildNodes) async throws -> TwinSummary {
    let plan = try TwinPlan(topology)
    let process = try await CoordinatorProcess(
      twin: plan.name, listen: NodeAddress(host: "127.0.0.1", port: 0))
    let output = options.twinOutput
    let ticks = options.ticks(of: topology)
    let whole = verify ? WholeGrid(topology) : nil
    do {
      for node in plan.nodes {
        try children.start(node, twin: plan.name, coordinator: process.address)
      }
      let summary = try await withThrowingTaskGroup(of: TwinSummary.self) { group in
        group.addTask {
          try await process.run(
            plan, ticks: ticks, formingWithin: Self.formingTimeout, checking: whole,
            onTick: output.show(_:at:))
        }
        group.addTask {
          for await exit in children.exits {
            // The twin itself knows best what was lost; this is for a child that never joined.
            try await Task.sleep(for: Self.noticeTimeout)
            throw NodeEnded(exit: exit, segments: plan.segments(on: exit.node))
          }
          throw CancellationError()
        }
        defer { group.cancelAll() }
        return try await group.next()!
      }
      await process.end()
      return summary
    } catch {
      await process.cluster.shutdown()
      throw error
    }
  }
}
