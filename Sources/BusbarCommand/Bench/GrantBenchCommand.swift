import ActorCluster
import ArgumentParser
import Foundation
import GridModel
import PowerFlow
import Twin

struct GrantBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant",
    abstract: "Time the call that carries a time grant and returns a border block.",
    discussion: """
      A child process hosts the segments of a small grid; this process begins the
      first tick of one of them over and over, one call after the other: a call goes
      out with era, tick and versions, the segment's assets step, its interior is
      eliminated, and its border block comes back. Over HTTP/2 on loopback.

      Examples:
        busbar bench grant --calls 5000
        busbar bench grant --topology Topologies/ieee118.yaml -o json
      """)

  @Option(help: "How many calls to time.")
  var calls = 2_000

  @Option(
    help: ArgumentHelp(
      "A grid whose first segment is asked, instead of two rings of eight buses.",
      valueName: "FILE"))
  var topology: String?

  @Option(name: .shortAndLong, help: "table or json.")
  var output = OutputFormat.table

  /// Calls before the first that is timed: connections open and memory warms up.
  private static let warmUp = 300
  private static let maximumCalls = 10_000_000
  private static let formingTimeout = Duration.seconds(10)

  func validate() throws {
    guard (1...Self.maximumCalls).contains(calls) else {
      throw ValidationError("--calls takes a number from 1 to \(Self.maximumCalls).")
    }
  }

  func run() async throws {
    var grid = try topology.map { try Documents.read($0) } ?? GrantGrid.make()
    grid.placement = [Placement(node: "segments", segments: grid.segments.map(\.id))]
    let topology = grid
    let children = ChildNodes()
    let (result, wasInterrupted) = await Interruptible.run {
      // As the coordinator's own calls: they start and end where they are carried.
      try await withTaskExecutorPreference(SharedLoop.executor) {
        try await measure(topology, children)
      }
    }
    await children.end()
    if wasInterrupted { throw ExitCode.interrupted }
    do {
      output.print(try result.get())
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }

  private func measure(_ topology: Topology, _ children: ChildNodes) async throws -> GrantTiming {
    let plan = try TwinPlan(topology)
    let process = try await CoordinatorProcess(
      twin: plan.name, listen: NodeAddress(host: "127.0.0.1", port: 0), identity: nil)
    do {
      for node in plan.nodes {
        try children.start(
          node, twin: plan.name, coordinator: process.address, ["--plaintext"])
      }
      _ = try await process.coordinator.whenLocal {
        try await $0.form(plan, within: Self.formingTimeout)
      }
      let probe = try SegmentProbe(0, of: plan, in: process.cluster)
      for _ in 0..<Self.warmUp { _ = try await probe.begin() }
      let before = process.cluster.counters
      var times_us: [Double] = []
      times_us.reserveCapacity(calls)
      var block: BorderBlock?
      let start = ContinuousClock.now
      for _ in 0..<calls {
        try Task.checkCancellation()
        let sent = ContinuousClock.now
        block = try await probe.begin()
        times_us.append((ContinuousClock.now - sent).milliseconds * 1_000)
      }
      let total = ContinuousClock.now - start
      let after = process.cluster.counters
      await process.end()
      return GrantTiming(
        topology: plan.name, segmentBuses: plan.slices[0].topology.buses.count,
        borderUnknowns: block!.mismatch.count, numbers: block!.numberCount,
        requestBytes: (after.bytesSent - before.bytesSent) / calls,
        replyBytes: (after.bytesReceived - before.bytesReceived) / calls, times_us: times_us,
        duration: total)
    } catch {
      await process.cluster.shutdown()
      throw error
    }
  }
}

extension BorderBlock {
  /// How many floating-point numbers it carries.
  fileprivate var numberCount: Int {
    interior.count + mismatch.count + reduced.count + schur.count
  }
}
