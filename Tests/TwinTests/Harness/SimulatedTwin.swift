import ActorCluster
import GridModel
import PowerFlow
import SimulatedCluster
import TwinStore

@testable import Twin

/// A whole twin on a simulated network: a coordinator, and a node for each of its plan's.
struct SimulatedTwin: Sendable {
  static let coordinatorNode: NodeName = "coordinator"

  let plan: TwinPlan
  let runtime: SimulatedRuntime
  let network: SimulatedNetwork
  let store: MemoryStore
  let events: EventSink

  init(
    _ topology: Topology, seed: UInt64 = 1, order: SimulatedRuntime.Order = .shuffled,
    store: MemoryStore = MemoryStore(), events: EventSink = .none,
    authority: any CallAuthority = CallTable()
  ) throws {
    plan = try TwinPlan(topology)
    runtime = SimulatedRuntime(seed: seed, order: order)
    network = SimulatedNetwork(runtime: runtime, authority: authority)
    self.store = store
    self.events = events
  }

  /// The processes of a twin.
  struct Processes: Sendable {
    var coordinator: Coordinator
    /// The coordinator's first, then the nodes' in the order of the plan.
    var clusters: [ActorCluster]
    /// What keeps each node in the twin.
    var stays: [Task<Void, Never>] = []

    func shutdown() async {
      for stay in stays { stay.cancel() }
      await coordinator.whenLocal { await $0.retire() }
      for stay in stays { await stay.value }
      for cluster in clusters { await cluster.shutdown() }
    }
  }

  /// Starts the processes; every node joins, except those left out.
  func start(without missing: [NodeName] = []) async throws -> Processes {
    let cluster = try await network.startNode(Self.coordinatorNode, twin: plan.name)
    let coordinator = try host(on: cluster)
    var processes = Processes(coordinator: coordinator, clusters: [cluster])
    for name in plan.nodes where !missing.contains(name) {
      let (cluster, stay) = try await startNode(name)
      processes.clusters.append(cluster)
      processes.stays.append(stay)
    }
    return processes
  }

  /// Starts a node, lets it join, and keeps it in the twin.
  func startNode(_ name: NodeName) async throws -> (ActorCluster, Task<Void, Never>) {
    let cluster = try await network.startNode(name, twin: plan.name)
    let node = try TwinNode(cluster)
    let card = Self.card(of: name)
    try await node.join(Self.coordinatorNode, card: card)
    let stay = cluster.task { () async -> Void in
      try? await node.stay(with: Self.coordinatorNode, card: card)
    }
    return (cluster, stay)
  }

  /// Starts the processes and forms the twin.
  func form() async throws -> Processes {
    let processes = try await start()
    try await processes.coordinator.form(plan)
    return processes
  }

  func host(on cluster: ActorCluster) throws -> Coordinator {
    let (store, events) = (store, events)
    return try cluster.host(Coordinator.name) {
      Coordinator(store: store, events: events, actorSystem: $0)
    }
  }

  static func card(of node: NodeName) -> NodeCard {
    NodeCard(node: node, host: "simulated", port: 1, pid: 1)
  }

  /// Forms the twin, runs its next ticks and ends it.
  func run(ticks: Int) throws -> TwinRun {
    try runtime.run {
      let processes = try await form()
      let run = try await TwinRun.record(ticks, of: processes.coordinator)
      await processes.shutdown()
      return run
    }
  }
}

/// What a twin did, tick by tick.
struct TwinRun: Sendable {
  var reports: [TickReport] = []
  /// After each tick, for each segment by id, the voltages of its buses.
  var voltages: [[Voltages]] = []

  static func record(_ ticks: Int, of coordinator: Coordinator) async throws -> TwinRun {
    var run = TwinRun()
    for _ in 0..<ticks {
      run.reports.append(try await coordinator.runTick())
      run.voltages.append(try await coordinator.voltages())
    }
    return run
  }

  /// Every voltage of every tick, to the last bit.
  var bits: [[UInt64]] { voltages.map(\.bits) }
}

extension [Voltages] {
  /// To the last bit: a sum of squares would call -0 and 0 the same.
  var bits: [UInt64] { flatMap { ($0.magnitude + $0.angle).map(\.bitPattern) } }
}

extension Coordinator {
  nonisolated func locally<Answer: Sendable>(
    _ body: @Sendable (isolated Coordinator) async throws -> Answer
  ) async throws -> Answer {
    guard let answer = try await whenLocal(body) else {
      preconditionFailure("The coordinator is in this process.")
    }
    return answer
  }

  nonisolated func form(_ plan: TwinPlan) async throws {
    try await locally { actor in try await actor.form(plan, within: .seconds(5)) }
  }

  nonisolated func runTick() async throws -> TickReport {
    try await locally { actor in try await actor.tick() }
  }

  nonisolated func voltages() async throws -> [Voltages] {
    try await locally { actor in try await actor.busVoltages() }
  }
}
