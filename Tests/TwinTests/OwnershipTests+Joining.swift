import ActorCluster
import SimulatedCluster
import Testing
import TwinStore

@testable import Twin

/// Who comes, who comes back, and a coordinator that starts on its store.
extension OwnershipTests {
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
}
