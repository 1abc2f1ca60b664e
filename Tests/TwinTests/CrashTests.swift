import ActorCluster
import SimulatedCluster
import Testing
import TwinStore

@testable import Twin

/// A node dies; its segments act elsewhere from the committed state, and the day has the same bits.
struct CrashTests {
  @Test("A node that dies at any message of a tick loses no tick and changes no bit")
  func crashAtAnyMessage() throws {
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 4)
    for message in try DisturbedTwin.messages(ofTick: 1) {
      let told = EventLog()
      let twin = try SimulatedTwin(Grids.evening, seed: DisturbedTwin.seed, events: told.sink)
      let run = try twin.runtime.run { () -> TwinRun in
        let processes = try await twin.form()
        twin.network.onMessage { if $0.index == message.index { twin.network.crash("middle") } }
        let run = try await TwinRun.record(4, of: processes.coordinator)
        twin.network.onMessage(nil)
        #expect(
          try await processes.coordinator.status().segments.map(\.node).contains("middle") == false)
        await processes.shutdown()
        return run
      }
      #expect(run.reports.map(\.tick) == [0, 1, 2, 3])
      #expect(run.bits == expected.bits, "at \(message)")
      let lost = try #require(told.events.first { $0.kind == .nodeLost })
      #expect(lost.node == "middle")
      #expect(lost.segments == ["feeder-1-lower"])
    }
  }

  @Test("A failure says in one sentence what was lost, when, and what to do")
  func sentence() {
    let failure = TwinFailure.lost([.init(node: "middle", segments: ["feeder-1-lower"])], tick: 7)
    #expect(
      "\(failure)" == "node middle with segment feeder-1-lower was lost at tick 7 and no node is "
        + "left; ticks up to 6 are committed, start the nodes again")
  }

  @Test("When the last node dies the twin ends in words, after its patience")
  func nobodyLeft() throws {
    let twin = try SimulatedTwin(Grids.evening)
    try twin.runtime.run {
      let processes = try await twin.form()
      _ = try await processes.coordinator.runTick()
      for node in twin.plan.nodes { twin.network.crash(node) }
      let failure = await #expect(throws: TwinFailure.self) {
        try await processes.coordinator.runTick()
      }
      guard case .lost(let lost, tick: 1) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(lost.flatMap(\.segments).sorted() == twin.plan.slices.map(\.segment).sorted())
      await processes.shutdown()
    }
  }

  @Test("A node that dies while a twin forms again is replaced by those that live")
  func crashWhileForming() throws {
    let store = MemoryStore()
    _ = try SimulatedTwin(Grids.evening, store: store).run(ticks: 2)
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 3)
    let twin = try SimulatedTwin(Grids.evening, store: store)
    try twin.runtime.run {
      let processes = try await twin.start()
      twin.network.onMessage { message in
        if message.target == "host(_:)", message.to == "middle" { twin.network.crash("middle") }
      }
      try await processes.coordinator.form(twin.plan)
      twin.network.onMessage(nil)
      let run = try await TwinRun.record(1, of: processes.coordinator)
      #expect(run.reports.map(\.tick) == [2])
      #expect(run.bits.last == expected.bits.last)
      await processes.shutdown()
    }
  }

  @Test("A node that dies and comes back gets its segments back at a tick's border")
  func restartedNode() throws {
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 5)
    let twin = try SimulatedTwin(Grids.evening)
    try twin.runtime.run {
      let processes = try await twin.form()
      _ = try await processes.coordinator.runTick()
      twin.network.crash("middle")
      _ = try await processes.coordinator.runTick()
      #expect(try await Self.owner(of: "feeder-1-lower", processes) != "middle")

      let (_, stay) = try await twin.startNode("middle")
      try await twin.network.runtime.sleep(for: .seconds(1))
      _ = try await processes.coordinator.runTick()
      #expect(try await Self.owner(of: "feeder-1-lower", processes) == "middle")
      let run = try await TwinRun.record(2, of: processes.coordinator)
      #expect(run.bits.last == expected.bits.last)
      stay.cancel()
      await stay.value
      await processes.shutdown()
    }
  }

  private static func owner(
    of segment: String, _ processes: SimulatedTwin.Processes
  ) async throws -> NodeName? {
    try await processes.coordinator.status().segments.first { $0.segment == segment }?.node
  }

  @Test("A node that is cut off for a while is lost, refused under its old era, and joins as new")
  func returnsAfterPartition() throws {
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 4)
    let told = EventLog()
    let twin = try SimulatedTwin(Grids.evening, events: told.sink)
    try twin.runtime.run {
      let processes = try await twin.form()
      _ = try await processes.coordinator.runTick()
      for other in ["coordinator", "north", "south"] as [NodeName] {
        twin.network.cut("middle", other)
      }
      _ = try await processes.coordinator.runTick()
      #expect(try await Self.owner(of: "feeder-1-lower", processes) != "middle")
      // What it still has acts on nobody.
      let old = try Segment.resolve(
        id: ActorIdentity(kind: Segment.kind, name: "feeder-1-upper", on: "north"),
        using: processes.clusters[2])
      for other in ["coordinator", "north", "south"] as [NodeName] {
        twin.network.mend("middle", other)
      }
      await #expect(throws: ClusterError.staleEra(current: 2)) {
        // Its segment makes the call.
        let segment = ActorIdentity(kind: Segment.kind, name: "feeder-1-lower", on: "middle")
        try await ActorCluster.onOwnBehalf(of: segment) {
          _ = try await old.ends(for: "feeder-1-lower", at: Moment(era: 1, tick: 1))
        }
      }
      try await twin.network.runtime.sleep(for: .seconds(3))
      _ = try await processes.coordinator.runTick()
      #expect(try await Self.owner(of: "feeder-1-lower", processes) == "middle")
      #expect(told.events.filter { $0.kind == .nodeJoined && $0.node == "middle" }.count == 2)
      let run = try await TwinRun.record(1, of: processes.coordinator)
      #expect(run.bits.last == expected.bits.last)
      await processes.shutdown()
    }
  }

  @Test("A coordinator that dies and is started again on its store goes on with the same bits")
  func coordinatorRestarts() throws {
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 4)
    let twin = try SimulatedTwin(Grids.evening)
    try twin.runtime.run {
      let processes = try await twin.form()
      _ = try await TwinRun.record(2, of: processes.coordinator)
      twin.network.crash(SimulatedTwin.coordinatorNode)
      try await twin.network.runtime.sleep(for: .seconds(5))
      let cluster = try await twin.network.startNode(
        SimulatedTwin.coordinatorNode, twin: twin.plan.name)
      let again = try twin.host(on: cluster)
      try await again.form(twin.plan)
      let run = try await TwinRun.record(2, of: again)
      #expect(run.reports.map(\.tick) == [2, 3])
      #expect(run.bits == Array(expected.bits.suffix(2)))
      await again.whenLocal { await $0.retire() }
      await processes.shutdown()
    }
  }

  @Test("A store of another grid is refused in words")
  func otherGrid() throws {
    let store = MemoryStore()
    _ = try SimulatedTwin(Grids.ring(interior: 3), store: store).run(ticks: 1)
    for other in [Grids.evening, Grids.ring(interior: 4)] {
      let twin = try SimulatedTwin(other, store: store)
      try twin.runtime.run {
        let processes = try await twin.start()
        let failure = await #expect(throws: TwinFailure.self) {
          try await processes.coordinator.form(twin.plan)
        }
        guard case .store(let error) = failure else {
          Issue.record("\(String(describing: failure))")
          return
        }
        #expect("\(error)".contains("the store is of"))
        await processes.shutdown()
      }
    }
    #expect(try store.lastCommit()?.states.map(\.segment) == ["A", "B", "C"])
  }
}
