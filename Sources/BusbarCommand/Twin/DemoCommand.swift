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
      the segments solve the grid together at every tick. When a node dies, its
      segments go on elsewhere. Ctrl-C ends every process. The fingerprint of a
      run is a hash of all that it committed: equal runs have equal ones.

      Examples:
        busbar demo
        busbar demo --topology Topologies/ieee118.yaml --ticks 16
        busbar demo --kill south@40 --kill north@60
        busbar demo --verify -o json
        busbar demo --balancing admm --referee

      Exit codes: 0 done; 1 error, or not verified; 3 a tick has no solution;
      64 usage; 65 bad input; 75 no node is left; 130 interrupted.
      """)

  @Option(help: ArgumentHelp("The grid with its segments.", valueName: "FILE"))
  var topology = Self.ownTopology

  @OptionGroup
  var options: RunOptions

  @OptionGroup
  var pacing: PaceOption

  @Flag(help: "No certificates and no encryption between the processes.")
  var plaintext = false

  @Flag(help: "After every tick also solve the whole grid in one process and compare.")
  var verify = false

  @Option(
    help: ArgumentHelp(
      "Who finds the set-points: schedule, tree or admm; as the topology says by default.",
      valueName: "ALGORITHM"))
  var balancing: BalancingPlan.Algorithm?

  @Flag(help: "Also run the day with each plan found in one solve, and compare the costs.")
  var referee = false

  @Option(
    help: ArgumentHelp(
      "Kill a node's process when a tick begins; may be given again.", valueName: "NODE@TICK"))
  var kill: [KillOrder] = []

  private static let ownTopology = "Topologies/cigre-mv.yaml"
  /// Four processes of one machine start in well under a second.
  private static let formingTimeout = Duration.seconds(10)
  /// How long the twin may take to notice itself that a child has ended.
  private static let noticeTimeout = Duration.seconds(3)
  /// A demo starts no node again: one that is not back by now does not come back.
  private static let patience = Duration.seconds(3)
  private static let redrawPause = Duration.milliseconds(100)

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
    var topology = try options.read(topology)
    if let balancing {
      guard topology.balancing != nil else {
        throw refused("--balancing needs prices; give \(topology.name) a section 'balancing'")
      }
      topology.balancing?.algorithm = balancing
    }
    if referee, topology.balancing?.algorithm ?? .schedule == .schedule {
      throw refused("--referee judges set-points that segments found; add --balancing admm")
    }
    return topology
  }

  private func refused(_ sentence: String) -> ExitCode {
    printNote("error: \(sentence)")
    return .badInput
  }

  /// Runs the same day otherwise, in this process, and keeps what it costs then.
  private func compare(_ summary: inout TwinSummary, _ topology: Topology) throws {
    guard summary.balance != nil, topology.balancing?.algorithm != .schedule else { return }
    summary.balance?.scheduled = try BalanceSummary.Account(
      .scheduled(topology), ticks: summary.ticks)
    guard referee else { return }
    summary.balance?.optimum = try BalanceSummary.Account(
      .central(topology), ticks: summary.ticks)
  }

  /// Refuses a kill that would not happen.
  private func check(_ plan: TwinPlan, ticks: Int64) throws {
    for order in kill {
      guard plan.nodes.contains(order.node) else {
        throw Refusal(
          "--kill names the node '\(order.node)', and \(plan.name) has "
            + plan.nodes.map(\.rawValue).joined(separator: ", "), code: .badInput)
      }
      guard order.tick < ticks else {
        throw Refusal(
          "--kill \(order.node)@\(order.tick) comes after the last tick, which is \(ticks - 1)",
          code: .badInput)
      }
    }
  }

  private func run(_ topology: Topology, _ children: ChildNodes) async throws -> TwinSummary {
    let plan = try TwinPlan(topology)
    let ticks = options.ticks(of: topology)
    try check(plan, ticks: ticks)
    let live = LiveDisplay.onTerminal(
      format: options.output, twin: plan.name, ticks: ticks, pace: pacing.pace,
      step_s: plan.time.step_s)
    defer { live?.close() }
    let events = EventLog { event in
      if let live { live.add([event]) } else if event.isNews { printNote(event.line) }
    }
    var settings = CoordinatorSettings()
    settings.patience = Self.patience
    let enrolment = plaintext ? nil : try TemporaryEnrolment(twin: plan.name)
    defer { enrolment?.remove() }
    let process = try await CoordinatorProcess(
      twin: plan.name, listen: NodeAddress(host: "127.0.0.1", port: 0),
      identity: try enrolment?.coordinator(), settings: settings, events: events.sink)
    let hasFormed = Interruption()
    let output = options.twinOutput
    let day = CoordinatorProcess.Day(
      ticks: ticks, pace: pacing.pace, whole: verify ? WholeGrid(topology) : nil,
      beforeTick: { tick in
        hasFormed.set()
        for order in kill where order.tick == tick {
          children.kill(order.node)
          events.ended(order.node.rawValue)
        }
      },
      afterTick: { record, place in
        events.committed()
        if let live { live.update(record) } else { output.show(record, at: place) }
      })
    do {
      for node in plan.nodes {
        try children.start(
          node, twin: plan.name, coordinator: process.address,
          try enrolment?.arguments(for: node.rawValue) ?? ["--plaintext"])
      }
      var summary = try await withThrowingTaskGroup(of: TwinSummary?.self) { group in
        group.addTask { try await process.run(plan, day, formingWithin: Self.formingTimeout) }
        group.addTask {
          try await watch(children, plan, events, hasFormed)
          return nil
        }
        if let live {
          group.addTask {
            while !Task.isCancelled {
              live.update(try? await process.status())
              live.draw()
              try? await Task.sleep(for: Self.redrawPause)
            }
            return nil
          }
        }
        defer { group.cancelAll() }
        while let next = try await group.next() { if let next { return next } }
        throw CancellationError()
      }
      summary.recoveries = events.recoveries
      try compare(&summary, topology)
      live?.update(try? await process.status())
      await process.end()
      return summary
    } catch {
      await process.cluster.shutdown()
      throw error
    }
  }

  /// Follows the ends of the children: the twin copes with those that it knows, and one that never
  /// joined ends the demo.
  private func watch(
    _ children: ChildNodes, _ plan: TwinPlan, _ events: EventLog, _ hasFormed: Interruption
  ) async throws {
    for await exit in children.exits {
      if hasFormed.isSet {
        if !kill.contains(where: { $0.node == exit.node }) { events.ended(exit.node.rawValue) }
        continue
      }
      // The twin itself knows best what was lost; this is for a child that never joined.
      try await Task.sleep(for: Self.noticeTimeout)
      guard hasFormed.isSet else {
        throw NodeEnded(exit: exit, segments: plan.segments(on: exit.node))
      }
    }
  }
}
