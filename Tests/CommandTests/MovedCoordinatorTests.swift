import ActorCluster
import Foundation
import NIOPosix
import Synchronization
import Testing
import TwinStore

@testable import BusbarCommand
@testable import Twin

extension CommandTests {
  /// A whole twin in this process, with mutual TLS, whose names are found at first and then not.
  @Suite("A coordinator that is started again")
  struct MovedCoordinatorTests {
    @Test("at another address is found within 3 s, although names are not")
    func moved() async throws {
      try await Self.restarted { plan, known, start in
        let places = known.places.withLock { $0 }
        #expect(places.map(\.node) == plan.nodes.sorted())
        #expect(places.allSatisfy { $0.seenAt == "127.0.0.1" && $0.host.hasSuffix(".grid") })
        let committed = try await Self.run(try await start(places), plan, until: 8)
        let waited = committed - known.end
        #expect(waited < .seconds(3), "It took \(waited).")
        #expect(try known.store.lastCommit()?.tick == 7)
      }
    }

    @Test("and remembers nobody is not found while names are not")
    func forgetful() async throws {
      try await Self.restarted { plan, known, start in
        let process = try await start([])
        await #expect(throws: TwinFailure.self) {
          try await Self.run(process, plan, until: 8, formingWithin: .seconds(3))
        }
        #expect(try known.store.lastCommit()?.tick == 4)
      }
    }

    @Test("finds in its directory where its nodes were")
    func directory() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      let file = try #require(FileManager.default.contents(atPath: "\(twin.data)/nodes.json"))
      let known = try JSONDecoder().decode(KnownNodes.self, from: file)
      #expect(known.nodes.map(\.node) == ["middle", "north", "south"])
      #expect(known.nodes.allSatisfy { $0.seenAt == "127.0.0.1" && $0.port > 0 })
      #expect(KnownNodes.memory(in: TwinDirectory(path: twin.data)).known == known.nodes)
      #expect(try await twin.run("down", "--volumes").status == 0)
      #expect(!FileManager.default.fileExists(atPath: twin.data))
    }

    /// What is left of the first coordinator.
    private final class Known: Sendable {
      let store = MemoryStore()
      let places = Mutex<[NodePlace]>([])
      /// When it was gone.
      var end: ContinuousClock.Instant { ended.withLock { $0 } }
      let ended = Mutex(ContinuousClock.now)
    }

    /// Runs a twin for five ticks, and ends its coordinator; from then on no name is found.
    ///
    /// - Parameter body: may start another at another address, which is ended for it.
    private static func restarted(
      _ body: (TwinPlan, Known, _ start: ([NodePlace]) async throws -> CoordinatorProcess)
        async throws -> Void
    ) async throws {
      let plan = try TwinPlan(Documents.read(Busbar.cigre))
      let enrolment = try TemporaryEnrolment(twin: plan.name)
      defer { enrolment.remove() }
      let known = Known()
      let names = FewNames()
      names.answer("coordinator.grid", with: "127.0.0.2")
      let first = try await coordinator(
        plan, enrolment, at: NodeAddress(host: "127.0.0.2", port: 0), known.store,
        NodeMemory(known: []) { nodes in known.places.withLock { $0 = nodes } })
      let nodes = try await nodes(
        of: plan, enrolment, names,
        coordinator: NodeAddress(host: "coordinator.grid", port: first.place.port))
      try await run(first, plan, until: 5)
      await first.coordinator.whenLocal { await $0.retire() }
      await first.cluster.shutdown()
      names.fallSilent()
      known.ended.withLock { $0 = .now }

      var second: CoordinatorProcess?
      let result: Result<Void, any Error>
      do {
        try await body(plan, known) { places in
          let process = try await coordinator(
            plan, enrolment, at: NodeAddress(host: "127.0.0.3", port: first.place.port),
            known.store, NodeMemory(known: places) { _ in })
          second = process
          return process
        }
        result = .success(())
      } catch {
        result = .failure(error)
      }
      await second?.end()
      for node in nodes {
        node.staying.cancel()
        _ = await node.staying.result
        await node.cluster.shutdown()
      }
      try result.get()
    }

    private static func coordinator(
      _ plan: TwinPlan, _ enrolment: TemporaryEnrolment, at place: NodeAddress,
      _ store: MemoryStore, _ memory: NodeMemory
    ) async throws -> CoordinatorProcess {
      try await CoordinatorProcess(
        twin: plan.name, listen: place, identity: try enrolment.coordinator(), store: store,
        memory: memory)
    }

    private struct Node {
      let cluster: ActorCluster
      let staying: Task<Void, any Error>
    }

    /// Nodes whose own names nobody ever finds.
    private static func nodes(
      of plan: TwinPlan, _ enrolment: TemporaryEnrolment, _ names: FewNames,
      coordinator: NodeAddress
    ) async throws -> [Node] {
      var nodes: [Node] = []
      for name in plan.nodes {
        let identity = try ProcessIdentity.asking(enrolment.folder(of: name.rawValue))
        let transport = HTTP2Transport(
          on: SharedLoop.group, resolver: names, security: identity.transport)
        let cluster = ActorCluster(
          node: name, twin: plan.name, transport: transport, runtime: PoolRuntime(),
          authority: CallTable())
        try await cluster.start()
        cluster.connect(node: Coordinator.nodeName, at: coordinator)
        let node = try TwinNode(cluster)
        let card = NodeCard(
          node: name, host: "\(name).grid", port: transport.address!.port, pid: 1)
        try await node.join(Coordinator.nodeName, card: card)
        nodes.append(
          Node(
            cluster: cluster,
            staying: Task { try await node.stay(with: Coordinator.nodeName, card: card) }))
      }
      return nodes
    }

    /// Runs ticks up to a number; returns when the first of them was committed.
    @discardableResult
    private static func run(
      _ process: CoordinatorProcess, _ plan: TwinPlan, until end: Int64,
      formingWithin limit: Duration = .seconds(20)
    ) async throws -> ContinuousClock.Instant {
      let first = Mutex<ContinuousClock.Instant?>(nil)
      let day = CoordinatorProcess.Day(
        ticks: end,
        afterTick: { _, _ in first.withLock { $0 = $0 ?? .now } })
      _ = try await process.run(plan, day, formingWithin: limit)
      return try #require(first.withLock { $0 })
    }
  }
}
