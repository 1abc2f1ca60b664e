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

  // MARK: Losses

  @Test("A process that ends is found within 0.16 s, whenever it ends", arguments: 0..<10)
  func deadProcess(step: Int) throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      try await scene.twin.runtime.sleep(for: .milliseconds(1_000 + 27 * step))
      let crashed = scene.twin.runtime.now
      scene.twin.network.crash("middle")
      try await scene.twin.runtime.sleep(for: .seconds(2))
      let lost = try #require(scene.time(of: .nodeLost))
      #expect(lost - crashed <= .milliseconds(160))
    }
  }

  @Test("A tick does not wait for an owner that is lost: 1.1 s after its last sign all goes on")
  func cutOffInATick() throws {
    let scene = try Scene()
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 2)
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      let isCut = Flag()
      scene.twin.network.onMessage { message in
        if message.target == "begin(_:)", isCut.raise() { scene.cutOff("middle") }
      }
      let start = scene.twin.runtime.now
      let run = try await TwinRun.record(1, of: processes.coordinator)
      #expect(scene.twin.runtime.now - start <= .milliseconds(1_500))
      #expect(run.bits == [expected.bits[1]])
      scene.twin.network.onMessage(nil)
    }
    #expect(!scene.kinds().contains(.stalled), "It was back within two seconds.")
  }

  @Test("A tick that the store took is told as committed, although an owner is lost meanwhile")
  func cutOffInACommit() throws {
    let scene = try Scene()
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 3)
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      let isCut = Flag()
      scene.twin.network.onMessage { message in
        if message.target == "commit(_:equivalent:)", isCut.raise() { scene.cutOff("middle") }
      }
      let run = try await TwinRun.record(2, of: processes.coordinator)
      #expect(run.reports.map(\.tick) == [1, 2])
      #expect(run.bits == Array(expected.bits.dropFirst()))
      scene.twin.network.onMessage(nil)
    }
  }

  @Test("All nodes may be gone for a while, less than the twin's patience")
  func everybodyComesBack() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      for node in scene.twin.plan.nodes { scene.twin.network.crash(node) }
      let stays = processes.clusters[0].task { () async throws -> [Task<Void, Never>] in
        try await scene.twin.runtime.sleep(for: .seconds(5))
        var stays: [Task<Void, Never>] = []
        for node in scene.twin.plan.nodes { stays.append(try await scene.twin.startNode(node).1) }
        return stays
      }
      #expect(try await processes.coordinator.runTick().tick == 1)
      for stay in try await stays.value {
        stay.cancel()
        await stay.value
      }
    }
  }

  @Test("A twin without nodes waits for its patience, no longer")
  func patience() throws {
    let scene = try Scene()
    try scene.run { processes in
      for node in scene.twin.plan.nodes { scene.twin.network.crash(node) }
      let start = scene.twin.runtime.now
      await #expect(throws: TwinFailure.self) { _ = try await processes.coordinator.runTick() }
      let waited = scene.twin.runtime.now - start
      #expect(waited >= .seconds(10) && waited <= .seconds(13))
    }
  }

  @Test("The time in which a coordinator itself stood still is no patience: its nodes come back")
  func aloneAndStandingStill() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      let (network, runtime) = (scene.twin.network, scene.twin.runtime)
      for node in scene.twin.plan.nodes { network.cut(node, SimulatedTwin.coordinatorNode) }
      _ = runtime.schedule(at: runtime.now + .seconds(3)) {
        network.pause(SimulatedTwin.coordinatorNode)
        for node in scene.twin.plan.nodes { network.mend(node, SimulatedTwin.coordinatorNode) }
      }
      _ = runtime.schedule(at: runtime.now + .seconds(18)) {
        network.resume(SimulatedTwin.coordinatorNode)
      }
      #expect(try await processes.coordinator.runTick().tick == 1)
    }
    #expect(scene.told.events.count { $0.kind == .nodeLost } >= scene.twin.plan.nodes.count)
  }

  @Test("A coordinator that is alone twice has its whole patience twice")
  func aloneTwice() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      let (network, runtime) = (scene.twin.network, scene.twin.runtime)
      let nodes = scene.twin.plan.nodes
      // Its nodes find it again, and cannot reach each other: the tick goes on being repeated.
      for node in nodes {
        for other in nodes where other != node { network.cut(from: node, to: other) }
      }
      for start in [0, 12] {
        _ = runtime.schedule(at: runtime.now + .seconds(start)) {
          for node in nodes { network.cut(node, SimulatedTwin.coordinatorNode) }
        }
        _ = runtime.schedule(at: runtime.now + .seconds(start + 8)) {
          for node in nodes { network.mend(node, SimulatedTwin.coordinatorNode) }
        }
      }
      _ = runtime.schedule(at: runtime.now + .seconds(22)) {
        for node in nodes {
          for other in nodes where other != node { network.mend(from: node, to: other) }
        }
      }
      #expect(try await processes.coordinator.runTick().tick == 1)
    }
  }

  @Test("Who takes the question back gets an answer, although nodes are silent")
  func interrupted() throws {
    let scene = try Scene()
    try scene.run { processes in
      for node in scene.twin.plan.nodes { scene.cutOff(node) }
      let tick = processes.clusters[0].task { try await processes.coordinator.runTick() }
      try await scene.twin.runtime.sleep(for: .milliseconds(500))
      let start = scene.twin.runtime.now
      tick.cancel()
      let result = await tick.result
      let failure = #expect(throws: TwinFailure.self) { try result.get() }
      guard case .interrupted(tick: 0) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(scene.twin.runtime.now - start < .seconds(1))
    }
  }

  // MARK: Refusals

  @Test("A segment that is gone from its node is made anew there")
  func segmentIsGone() throws {
    let scene = try Scene()
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 2)
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      processes.clusters[2].remove(Self.lower)
      let run = try await TwinRun.record(1, of: processes.coordinator)
      #expect(run.bits == [expected.bits[1]])
      #expect(run.reports.map(\.era) == [2])
    }
  }

  @Test("A segment that refuses whatever is tried ends the tick in words, after ten attempts")
  func refusesForEver() throws {
    let scene = try Scene()
    try scene.run { processes in
      let node = processes.clusters[2]
      scene.twin.network.onMessage { message in
        if message.target == "begin(_:)", message.to == "middle" { node.remove(Self.lower) }
      }
      let failure = await #expect(throws: TwinFailure.self) {
        _ = try await processes.coordinator.runTick()
      }
      guard case .gaveUp(tick: 0, attempts: 10, _) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      scene.twin.network.onMessage(nil)
      let committed = try scene.twin.store.lastCommit()
      #expect(committed == nil)
    }
  }

  @Test("An era that rises at a node while it asks its neighbours is noticed before it concludes")
  func eraRisesInAConclusion() throws {
    let scene = try Scene()
    try scene.run { processes in
      let isRaised = Flag()
      let node = processes.clusters[2]
      scene.twin.network.onMessage { message in
        if message.target == "ends(for:at:)", message.purpose == .reply, message.to == "middle",
          isRaised.raise()
        {
          node.adopt(era: 7)
        }
      }
      let report = try await processes.coordinator.runTick()
      #expect(report.era > 1, "What was concluded in the old era is not committed.")
      scene.twin.network.onMessage(nil)
    }
  }

  // MARK: Joining

  @Test("A node that was started again before anybody missed it gets its slices, at no tick's cost")
  func startedAgainUnnoticed() throws {
    let scene = try Scene()
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 2)
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      scene.twin.network.crash("middle")
      let cluster = try await scene.twin.network.startNode("middle", twin: scene.twin.plan.name)
      var card = SimulatedTwin.card(of: "middle")
      card.pid = 2
      let coordinator = try Coordinator.resolve(id: processes.coordinator.id, using: cluster)
      // Nobody speaks for it yet, so its name is free.
      try await coordinator.join(card, era: 0)
      _ = try TwinNode(cluster)
      try await scene.twin.runtime.sleep(for: .milliseconds(500))
      let run = try await TwinRun.record(1, of: processes.coordinator)
      #expect(run.bits == [expected.bits[1]])
      #expect(try await processes.coordinator.status().segments[0].node == "middle")
      await cluster.shutdown()
    }
    #expect(!scene.kinds().contains(.tickRepeated))
    let lost = scene.told.events.filter { $0.kind == .nodeLost }.map(\.node)
    #expect(lost == ["middle"], "Who takes its place makes it lost.")
  }

  @Test("A node that has lived in a later era than the store is refused, in words")
  func fromTheFuture() throws {
    let scene = try Scene()
    try scene.run { processes in
      let spare = try await scene.twin.network.startNode(
        "spare", twin: scene.twin.plan.name, era: 9)
      let coordinator = try Coordinator.resolve(id: processes.coordinator.id, using: spare)
      let failure = await #expect(throws: ClusterError.self) {
        try await coordinator.join(SimulatedTwin.card(of: "spare"), era: 9)
      }
      #expect(failure?.joinRefusal == .ahead(node: 9, twin: 1))
      await spare.shutdown()
    }
  }

  @Test("A node that saw eras may come back until the coordinator has taken its store over")
  func beforeTheStoreIsTaken() throws {
    let twin = try SimulatedTwin(Grids.evening)
    try twin.runtime.run {
      let processes = try await twin.start()
      try await processes.coordinator.locally { actor in
        // It knows its plan and waits for its turn to raise the era.
        actor.charter = twin.plan.charter
        try await actor.join(SimulatedTwin.card(of: "spare"), era: 9)
        #expect(actor.detector.standing(of: "spare") == .candidate)
      }
      await processes.shutdown()
    }
  }

  @Test("A coordinator takes in a thousand names and not more")
  func tooManyNodes() throws {
    let scene = try Scene()
    try scene.run { processes in
      let failure = await #expect(throws: JoinRefusal.self) {
        try await processes.coordinator.locally { coordinator in
          for number in 0...Coordinator.maximumNodes {
            try await coordinator.join(SimulatedTwin.card(of: NodeName("n-\(number)")), era: 0)
          }
        }
      }
      #expect(failure == .tooManyNodes(Coordinator.maximumNodes))
    }
  }

  @Test("A node that cannot be called is forgotten, and taken in when it can be")
  func cannotBeCalled() throws {
    let scene = try Scene()
    try scene.run { processes in
      scene.twin.network.onMessage { message in
        if message.target == "heartbeat()", message.to == "spare" {
          scene.twin.network.cut(message, for: .nanoseconds(1), scene.twin.runtime)
        }
      }
      let (_, stay) = try await scene.twin.startNode("spare")
      try await scene.twin.runtime.sleep(for: .seconds(4))
      let nodes = try await processes.coordinator.status().nodes
      #expect(!nodes.contains { $0.node == "spare" && $0.standing == .member })
      scene.twin.network.onMessage(nil)
      try await scene.twin.runtime.sleep(for: .seconds(4))
      let later = try await processes.coordinator.status().nodes
      #expect(later.contains { $0.node == "spare" && $0.standing == .member })
      stay.cancel()
      await stay.value
    }
  }

  // MARK: Starting again

  @Test("A coordinator started on its store goes on without a node that does not come")
  func restartsWithFewer() throws {
    let store = MemoryStore()
    _ = try SimulatedTwin(Grids.evening, store: store).run(ticks: 2)
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 3)
    let scene = try Scene(store: store)
    try scene.run(without: ["middle"]) { processes in
      let start = scene.twin.runtime.now
      try await processes.coordinator.form(scene.twin.plan)
      #expect(scene.twin.runtime.now - start >= .seconds(2), "It waits for a moment.")
      #expect(scene.twin.runtime.now - start <= .seconds(3))
      let run = try await TwinRun.record(1, of: processes.coordinator)
      #expect(run.reports.map(\.tick) == [2])
      #expect(run.bits == [expected.bits[2]])
    }
  }

  @Test("A coordinator started on its store waits for nodes that come a moment later")
  func restartWaits() throws {
    let store = MemoryStore()
    _ = try SimulatedTwin(Grids.evening, store: store).run(ticks: 2)
    let scene = try Scene(store: store)
    try scene.run(without: ["middle", "south"]) { processes in
      let later = processes.clusters[0].task { () async throws -> [Task<Void, Never>] in
        var stays: [Task<Void, Never>] = []
        for node in ["middle", "south"] as [NodeName] {
          try await scene.twin.runtime.sleep(for: .milliseconds(500))
          stays.append(try await scene.twin.startNode(node).1)
        }
        return stays
      }
      try await processes.coordinator.form(scene.twin.plan)
      #expect(try await processes.coordinator.runTick().era == 2)
      for stay in try await later.value {
        stay.cancel()
        await stay.value
      }
    }
    #expect(scene.kinds().filter { $0 == .segmentsMoved }.count == 3, "Each node gets its own.")
  }

  @Test("A coordinator started on its store does not go on without any node")
  func restartsWithNone() throws {
    let store = MemoryStore()
    _ = try SimulatedTwin(Grids.evening, store: store).run(ticks: 2)
    let scene = try Scene(store: store)
    try scene.run(without: scene.twin.plan.nodes) { processes in
      let failure = await #expect(throws: TwinFailure.self) {
        try await processes.coordinator.form(scene.twin.plan)
      }
      guard case .missing(let nodes, _, _) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(nodes == scene.twin.plan.nodes)
    }
  }

  @Test("A coordinator that finds itself in a later era than its store brings the store there")
  func aheadOfTheStore() throws {
    let scene = try Scene()
    try scene.run { processes in
      processes.clusters[0].adopt(era: 9)
      let report = try await processes.coordinator.runTick()
      #expect(report.tick == 0)
      #expect(report.era >= 9)
      let era = try scene.twin.store.raiseEra()
      #expect(era == report.era + 1)
    }
  }

  @Test("A coordinator that forms its twin again takes its store back; until then it may not")
  func formsAgain() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try scene.twin.store.raiseEra()
      await #expect(throws: TwinFailure.self) {
        try await processes.coordinator.locally { $0.ledger.isSettled = false }
        _ = try await processes.coordinator.runTick()
      }
      try await processes.coordinator.form(scene.twin.plan)
      #expect(try await processes.coordinator.runTick().tick == 0)
    }
  }

  // MARK: Stalls

  @Test("A tick that stands still for two seconds is told as a stall, once, and so is its end")
  func stall() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      scene.twin.network.cut("north", "middle")
      _ = scene.twin.runtime.schedule(at: scene.twin.runtime.now + .seconds(20)) {
        scene.twin.network.mend("north", "middle")
      }
      let tick = processes.clusters[0].task { try await processes.coordinator.runTick() }
      try await scene.twin.runtime.sleep(for: .milliseconds(1_900))
      #expect(scene.time(of: .stalled) == nil)
      #expect(try await processes.coordinator.status().stall == [])
      try await scene.twin.runtime.sleep(for: .milliseconds(200))
      #expect(scene.time(of: .stalled) != nil)
      #expect(try await processes.coordinator.status().stall.first?.waiter == "coordinator")
      _ = try await tick.value
      try await scene.twin.runtime.sleep(for: .seconds(1))
      #expect(try await processes.coordinator.status().stall == [])
    }
    let kinds = scene.kinds().filter { $0 == .stalled || $0 == .stallEnded }
    #expect(kinds == [.stalled, .stallEnded])
  }

  @Test("A stall names the one segment that does not come, not those that have answered")
  func whoDoesNotCome() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      scene.twin.network.onMessage { message in
        if message.target == "conclude(_:)", message.to == "south" {
          scene.twin.network.cut(message, for: .nanoseconds(1), scene.twin.runtime)
        }
      }
      let tick = processes.clusters[0].task { try await processes.coordinator.runTick() }
      try await scene.twin.runtime.sleep(for: .milliseconds(2_200))
      let stall = try await processes.coordinator.status().stall
      #expect(stall.map(\.on) == ["segment feeder-2 on node south"])
      scene.twin.network.onMessage(nil)
      _ = try await tick.value
    }
  }

  // MARK: Helpers

  private static let lower = ActorIdentity(
    kind: Segment.kind, name: "feeder-1-lower", on: "middle")

  /// Raised once.
  private final class Flag: Sendable {
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
  private final class Scene: Sendable {
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
