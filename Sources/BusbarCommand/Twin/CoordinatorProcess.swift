import ActorCluster
import GridModel
import PowerFlow
import Twin
import TwinStore

/// The coordinator's process: forms a twin from nodes that join it, and runs its ticks.
struct CoordinatorProcess {
  let cluster: ActorCluster
  let coordinator: Coordinator
  let address: NodeAddress

  /// Starts to listen.
  init(twin: String, listen: NodeAddress) async throws {
    let transport = HTTP2Transport(host: listen.host, port: listen.port)
    let cluster = ActorCluster(
      node: Coordinator.nodeName, twin: twin, transport: transport, runtime: PoolRuntime())
    try await cluster.start()
    self.cluster = cluster
    address = transport.address!
    coordinator = try cluster.host(Coordinator.name) {
      Coordinator(store: MemoryStore(), actorSystem: $0)
    }
  }

  /// Forms the twin and runs it tick by tick.
  func run(
    _ plan: TwinPlan, ticks: Int64, formingWithin timeout: Duration,
    checking whole: WholeGrid? = nil, onTick: (TickReport, RunPlace) -> Void
  ) async throws -> TwinSummary {
    try await local { coordinator in try await coordinator.form(plan, within: timeout) }
    var summary = TwinSummary(plan, nodes: await nodes())
    var whole = whole
    for count in 0..<ticks {
      try Task.checkCancellation()
      let report = try await local { coordinator in try await coordinator.tick() }
      summary.add(report)
      if whole != nil {
        let joint = try await local { coordinator in try await coordinator.busVoltages() }
        let start = ContinuousClock.now
        let reference = try whole!.tick(report.tick)
        summary.check(
          report, joint: joint, reference: reference.voltages, iterations: reference.iterations,
          took: ContinuousClock.now - start)
      }
      onTick(report, RunPlace(count, of: ticks))
    }
    summary.traffic = try await local { coordinator in await coordinator.traffic() }
    return summary
  }

  /// Sends the nodes home and closes every connection, also from a task that was cancelled.
  func end() async {
    await Task {
      await coordinator.whenLocal { await $0.dismiss() }
      await cluster.shutdown()
    }.value
  }

  /// Why a process cannot listen, without the name that only peers use.
  static func reason(_ error: any Error) -> String {
    if case .unreachable(_, let why) = error as? ClusterError { why } else { "\(error)" }
  }

  private func nodes() async -> [NodeCard] { await coordinator.whenLocal { $0.nodes } ?? [] }

  private func local<Answer: Sendable>(
    _ body: @Sendable (isolated Coordinator) async throws -> Answer
  ) async throws -> Answer {
    // What the coordinator starts beside itself only carries calls: it stays where they are carried.
    let answer = try await withTaskExecutorPreference(SharedLoop.executor) {
      try await coordinator.whenLocal(body)
    }
    guard let answer else {
      preconditionFailure("The coordinator lives in this process.")
    }
    return answer
  }
}
