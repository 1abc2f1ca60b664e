import ActorCluster
import SimulatedCluster
import Synchronization
import Testing
import TwinStore

@testable import Twin

/// What a coordinator makes of nodes that come and go: no more eras, slices and time than it takes.
struct OwnershipTests {
  // MARK: Nothing for nothing

  @Test("A twin that nobody disturbs stays in its first era, and hands each slice out once")
  func undisturbed() throws {
    let scene = try Scene()
    let hosts = MessageLog()
    scene.twin.network.onMessage { if $0.target == "host(_:)" { hosts.append($0) } }
    try scene.run { processes in
      let run = try await TwinRun.record(3, of: processes.coordinator)
      #expect(run.reports.map(\.era) == [1, 1, 1])
      try await scene.twin.runtime.sleep(for: .seconds(10))
      #expect(try await processes.coordinator.runTick().era == 1, "Time alone changes nothing.")
    }
    #expect(scene.kinds(but: .nodeJoined) == [.coordinatorStarted] + scene.moves(3))
    #expect(hosts.messages.count { $0.purpose == .request } == 3)
  }

  @Test("A node that joins again under the same card changes nothing")
  func joinsAgain() throws {
    let scene = try Scene()
    try scene.run { processes in
      let coordinator = try Coordinator.resolve(
        id: processes.coordinator.id, using: processes.clusters[1])
      let node = processes.clusters[1].node
      for _ in 0..<3 { try await coordinator.join(SimulatedTwin.card(of: node), era: 1) }
      #expect(try await processes.coordinator.runTick().era == 1)
    }
    #expect(scene.told.events.count { $0.kind == .nodeJoined } == 3)
  }

  @Test("A tick that breaks costs one era and no slice")
  func brokenTick() throws {
    let scene = try Scene()
    let hosts = MessageLog()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      let isBroken = Flag()
      scene.twin.network.onMessage { message in
        if message.target == "host(_:)" { hosts.append(message) }
        if message.target == "begin(_:)", isBroken.raise() {
          scene.twin.network.cut(message, for: .nanoseconds(1), scene.twin.runtime)
        }
      }
      #expect(try await processes.coordinator.runTick().era == 2)
      scene.twin.network.onMessage(nil)
    }
    #expect(hosts.messages.isEmpty)
    #expect(scene.told.events.count { $0.kind == .tickRepeated } == 1)
  }

  @Test("An owner that misses the word of a new era is told again, and keeps its slices")
  func ownerMissesTheEra() throws {
    let scene = try Scene()
    let hosts = MessageLog()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      let isLost = Flag()
      scene.twin.network.onMessage { message in
        if message.target == "host(_:)" { hosts.append(message) }
        if message.target == "enter(era:owning:reign:)", message.to == "middle", isLost.raise() {
          scene.twin.network.cut(message, for: .nanoseconds(1), scene.twin.runtime)
        }
      }
      try await processes.coordinator.locally { $0.ledger.isSettled = false }
      #expect(try await processes.coordinator.runTick().era == 3)
      scene.twin.network.onMessage(nil)
    }
    #expect(hosts.messages.isEmpty)
  }

  @Test("The loss of a node that owns nothing costs nothing")
  func idleNodeDies() throws {
    let scene = try Scene()
    try scene.run { processes in
      let (_, stay) = try await scene.twin.startNode("spare")
      try await scene.twin.runtime.sleep(for: .seconds(1))
      #expect(try await processes.coordinator.runTick().era == 1)
      scene.twin.network.crash("spare")
      try await scene.twin.runtime.sleep(for: .seconds(2))
      #expect(try await processes.coordinator.runTick().era == 1)
      stay.cancel()
      await stay.value
    }
    #expect(scene.told.events.filter { $0.kind == .nodeLost }.map(\.node) == ["spare"])
  }

  @Test("A member that owns nothing and misses the word of a new era holds nobody up")
  func idleNodeMissesTheEra() throws {
    let scene = try Scene()
    try scene.run { processes in
      let (_, stay) = try await scene.twin.startNode("spare")
      try await scene.twin.runtime.sleep(for: .seconds(1))
      scene.twin.network.onMessage { message in
        if message.target == "enter(era:owning:reign:)", message.to == "spare" {
          scene.twin.network.cut(message, for: .nanoseconds(1), scene.twin.runtime)
        }
      }
      try await processes.coordinator.locally { $0.ledger.isSettled = false }
      #expect(try await processes.coordinator.runTick().era == 2)
      scene.twin.network.onMessage(nil)
      stay.cancel()
      await stay.value
    }
    #expect(!scene.kinds().contains(.tickRepeated))
  }

  // MARK: Helpers

  static let lower = ActorIdentity(
    kind: Segment.kind, name: "feeder-1-lower", on: "middle")

  /// Raised once.
  final class Flag: Sendable {
    private let isRaised = Mutex(false)

    /// Whether it was this call that raised it.
    func raise() -> Bool {
      isRaised.withLock { isRaised in
        defer { isRaised = true }
        return !isRaised
      }
    }
  }

  /// A twin, and what it tells at which time.
  final class Scene: Sendable {
    let twin: SimulatedTwin
    let told = EventLog()
    private let times: Times

    private final class Times: Sendable {
      let times = Mutex<[TwinEvent.Kind: Duration]>([:])
      let runtime = Mutex<SimulatedRuntime?>(nil)
    }

    init(store: MemoryStore = MemoryStore()) throws {
      let (told, times) = (told, Times())
      twin = try SimulatedTwin(
        Grids.evening, store: store,
        events: EventSink { event in
          told.sink.record(event)
          let now = times.runtime.withLock { $0?.now }
          times.times.withLock { $0[event.kind] = now }
        })
      self.times = times
      times.runtime.withLock { $0 = twin.runtime }
    }

    /// Forms the twin, or starts it without some nodes and leaves the rest to `body`.
    func run(
      without missing: [NodeName]? = nil,
      _ body: @escaping @Sendable (SimulatedTwin.Processes) async throws -> Void
    ) throws {
      try twin.runtime.run { [self] in
        let processes = try await twin.start(without: missing ?? [])
        if missing == nil { try await processes.coordinator.form(twin.plan) }
        try await body(processes)
        await processes.shutdown()
      }
      #expect(twin.runtime.strayCount == 0)
    }

    /// When something was told last.
    func time(of kind: TwinEvent.Kind) -> Duration? { times.times.withLock { $0[kind] } }

    func kinds(but left: TwinEvent.Kind? = nil) -> [TwinEvent.Kind] {
      told.events.map(\.kind).filter { $0 != left }
    }

    func moves(_ count: Int) -> [TwinEvent.Kind] {
      [TwinEvent.Kind](repeating: .segmentsMoved, count: count)
    }

    func cutOff(_ node: NodeName) {
      for other in twin.plan.nodes + [SimulatedTwin.coordinatorNode] where other != node {
        twin.network.cut(node, other)
      }
    }
  }
}
