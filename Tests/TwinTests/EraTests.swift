import ActorCluster
import GridModel
import PowerFlow
import SimulatedCluster
import Testing
import TwinStore

@testable import Twin

/// Whoever acts under an old era is refused.
struct EraTests {
  @Test("A segment's node refuses a call of another era before it reads the arguments")
  func callOfAnotherEra() throws {
    let twin = try SimulatedTwin(Grids.evening, authority: OpenToAll())
    try twin.runtime.run {
      let processes = try await twin.form()
      let current = processes.clusters[0].era
      for era in [0, current - 1, current + 1] {
        let outsider = try await twin.network.startNode("outsider", twin: "cigre-mv", era: era)
        let segment = try Segment.resolve(id: Self.lower, using: outsider)
        let before = processes.clusters[2].counters
        await #expect(throws: ClusterError.staleEra(current: current)) {
          _ = try await segment.begin(Self.stamp(era: era))
        }
        await #expect(throws: ClusterError.staleEra(current: current)) {
          let step = BorderStep(stamp: Self.stamp(era: era), step: [], isSettled: [])
          _ = try await segment.advance(by: step)
        }
        await #expect(throws: ClusterError.staleEra(current: current)) {
          try await segment.commit(Moment(era: era, tick: 0), equivalent: nil)
        }
        await #expect(throws: ClusterError.staleEra(current: current)) {
          _ = try await segment.conclude(Moment(era: era, tick: 0))
        }
        let after = processes.clusters[2].counters
        #expect(after.refused == before.refused + 4)
        #expect(after.bytesReceived == before.bytesReceived)
        await outsider.shutdown()
      }
      #expect(try await processes.coordinator.runTick().tick == 0)
      await processes.shutdown()
    }
  }

  @Test("A segment refuses a stamp that disagrees with the era of its call")
  func stampOfAnotherEra() throws {
    let twin = try SimulatedTwin(Grids.evening, authority: OpenToAll())
    try twin.runtime.run {
      let processes = try await twin.form()
      let current = processes.clusters[0].era
      let segment = try Segment.resolve(id: Self.lower, using: processes.clusters[0])
      for era in [current - 1, current + 1] {
        let refusal = SegmentError.staleEra(given: era, current: current)
        #expect(
          await Self.segmentError {
            _ = try await segment.begin(Self.stamp(era: era))
          } == refusal)
        #expect(
          await Self.segmentError {
            let step = BorderStep(stamp: Self.stamp(era: era), step: [], isSettled: [])
            _ = try await segment.advance(by: step)
          } == refusal)
      }
      await processes.shutdown()
    }
  }

  @Test("A node enters a greater era and refuses to go back")
  func nodeNeverGoesBack() throws {
    let twin = try SimulatedTwin(Grids.evening, authority: OpenToAll())
    try twin.runtime.run {
      let processes = try await twin.form()
      let old = try await twin.network.startNode("old", twin: "cigre-mv", era: 0)
      let agent = try NodeAgent.resolve(id: NodeAgent.identity(on: "middle"), using: old)
      await #expect(throws: ClusterError.staleEra(current: 1)) {
        try await agent.enter(era: 0, owning: [], reign: 0)
      }
      #expect(processes.clusters[2].era == 1)
      let new = try await twin.network.startNode("new", twin: "cigre-mv", era: 5)
      try await NodeAgent.resolve(id: NodeAgent.identity(on: "middle"), using: new)
        .enter(era: 5, owning: [], reign: 0)
      #expect(processes.clusters[2].era == 5)
    }
  }

  @Test("A tick whose era rises in the store is not committed")
  func eraRisesInTheStore() throws {
    let twin = try SimulatedTwin(Grids.evening, authority: OpenToAll())
    try twin.runtime.run {
      let processes = try await twin.form()
      _ = try await processes.coordinator.runTick()
      twin.network.onMessage { message in
        if message.target == "conclude(_:)", message.purpose == .request, message.to == "south" {
          _ = try? twin.store.raiseEra()
        }
      }
      await expectSuperseded { _ = try await processes.coordinator.runTick() }
      twin.network.onMessage(nil)
      #expect(try twin.store.lastCommit()?.tick == 0)
      await processes.shutdown()
    }
  }

  @Test("Of two coordinators on one store the older cannot commit any more, the newer goes on")
  func twoCoordinators() throws {
    let expected = try SimulatedTwin(Grids.evening, authority: OpenToAll()).run(ticks: 4)
    let twin = try SimulatedTwin(Grids.evening, authority: OpenToAll())
    let bits = try twin.runtime.run { () -> [UInt64] in
      let processes = try await twin.form()
      let older = processes.coordinator
      _ = try await older.runTick()

      let cluster = try await twin.network.startNode("newer", twin: twin.plan.name)
      let newer = try twin.host(on: cluster)
      for node in processes.clusters.dropFirst() {
        let identity = ActorIdentity(
          kind: Coordinator.kind, name: Coordinator.name, on: cluster.node)
        try await Coordinator.resolve(id: identity, using: node)
          .join(SimulatedTwin.card(of: node.node), era: node.era)
      }
      try await newer.form(twin.plan)
      #expect(try await newer.runTick().tick == 1)
      for _ in 0..<3 { await expectSuperseded { _ = try await older.runTick() } }
      #expect(try await newer.runTick().tick == 2)
      let last = try await newer.runTick()
      #expect(last.tick == 3)
      #expect(last.era == 2, "The older one did not disturb it.")
      let bits = try await newer.voltages().bits
      await cluster.shutdown()
      await processes.shutdown()
      return bits
    }
    #expect(bits == expected.bits.last)
  }

  /// Ends a twin's coordinator and starts another one on an empty store, after some eras.
  private func startAnew(afterEras eras: Int, reign: Int64) throws -> Result<[UInt64], TwinFailure>
  {
    let twin = try SimulatedTwin(Grids.evening, authority: OpenToAll())
    return try twin.runtime.run {
      let processes = try await twin.form()
      for _ in 0..<3 { _ = try await processes.coordinator.runTick() }
      for _ in 1..<eras {
        processes.clusters[0].adopt(era: processes.clusters[0].era + 1)
        _ = try await processes.coordinator.runTick()
      }
      #expect(processes.clusters[1].era >= eras)
      twin.network.crash(SimulatedTwin.coordinatorNode)
      let cluster = try await twin.network.startNode(
        SimulatedTwin.coordinatorNode, twin: twin.plan.name)
      var settings = CoordinatorSettings()
      settings.reign = reign
      let anew = try cluster.host(Coordinator.name) { [settings] in
        Coordinator(store: MemoryStore(), settings: settings, actorSystem: $0)
      }
      let result: Result<[UInt64], TwinFailure>
      do {
        try await anew.form(twin.plan)
        _ = try await anew.runTick()
        result = .success(try await anew.voltages().bits)
      } catch let failure as TwinFailure {
        result = .failure(failure)
      }
      await anew.whenLocal { await $0.retire() }
      await processes.shutdown()
      return result
    }
  }

  @Test("Nodes of an earlier twin in the same era start anew under a coordinator on an empty store")
  func emptyStoreInTheSameEra() throws {
    let expected = try SimulatedTwin(Grids.evening, authority: OpenToAll()).run(ticks: 1)
    #expect(try startAnew(afterEras: 1, reign: 7).get() == expected.bits.last)
  }

  @Test("Nodes that have been in later eras than the store are not taken over, in words")
  func emptyStoreInAnEarlierEra() throws {
    let failure = #expect(throws: TwinFailure.self) {
      _ = try startAnew(afterEras: 3, reign: 7).get()
    }
    guard case .lost = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
  }

  private func expectSuperseded(_ body: () async throws -> Void) async {
    let failure = await #expect(throws: TwinFailure.self) { try await body() }
    guard case .store(let error) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect("\(error)".contains("another coordinator has started"))
  }

  private static let lower = ActorIdentity(
    kind: Segment.kind, name: "feeder-1-lower", on: "middle")

  private static func stamp(era: Int64) -> RoundStamp {
    RoundStamp(era: era, tick: 0, iteration: 0, topologyVersion: 1, roleVersion: 1)
  }

  private static func segmentError(_ body: () async throws -> Void) async -> SegmentError? {
    do {
      try await body()
      return nil
    } catch ClusterError.remote(let failure) {
      return failure.decoded(as: SegmentError.self)
    } catch {
      return nil
    }
  }
}
