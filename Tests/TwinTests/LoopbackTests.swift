import ActorCluster
import GridModel
import PowerFlow
import Testing
import TwinStore

@testable import Twin

/// The same actors over real sockets: several nodes in this process, HTTP/2 between them.
struct LoopbackTests {
  @Test("Over HTTP/2 the voltages and states equal the simulation's to the last bit")
  func sameBits() async throws {
    for topology in [Grids.evening, Grids.ieee118] {
      let simulated = try SimulatedTwin(topology)
      let expected = try simulated.run(ticks: 4)
      let store = MemoryStore()
      // Other tests may keep every thread busy.
      let run = try await ActorCluster.withDeadline(.seconds(60)) {
        try await Self.run(topology, on: store, ticks: 4)
      }
      #expect(run.bits == expected.bits)
      #expect(run.reports.map(\.iterations) == expected.reports.map(\.iterations))
      #expect(run.reports.map(\.ties) == expected.reports.map(\.ties))
      #expect(try store.lastCommit() == simulated.store.lastCommit())
    }
  }

  private static func run(
    _ topology: Topology, on store: MemoryStore, ticks: Int
  ) async throws -> TwinRun {
    let plan = try TwinPlan(topology)
    let runtime = PoolRuntime()
    let (cluster, address) = try await listen(SimulatedTwin.coordinatorNode, plan, runtime)
    let coordinator = try cluster.host(Coordinator.name) {
      Coordinator(store: store, actorSystem: $0)
    }
    var nodes: [(node: TwinNode, cluster: ActorCluster)] = []
    for name in plan.nodes {
      let (own, place) = try await listen(name, plan, runtime)
      own.connect(node: cluster.node, at: address)
      let node = try TwinNode(own)
      try await node.join(
        cluster.node, card: NodeCard(node: name, host: place.host, port: place.port, pid: 1))
      nodes.append((node, own))
    }
    try await coordinator.form(plan)
    let run = try await TwinRun.record(ticks, of: coordinator)
    try await coordinator.locally { await $0.dismiss() }
    for (node, cluster) in nodes {
      await node.untilDismissed()
      await cluster.shutdown()
    }
    await cluster.shutdown()
    return run
  }

  private static func listen(
    _ name: NodeName, _ plan: TwinPlan, _ runtime: PoolRuntime
  ) async throws -> (ActorCluster, NodeAddress) {
    let transport = HTTP2Transport()
    let cluster = ActorCluster(
      node: name, twin: plan.name, transport: transport, runtime: runtime,
      authority: CallTable())
    try await cluster.start()
    return (cluster, try #require(transport.address))
  }
}
