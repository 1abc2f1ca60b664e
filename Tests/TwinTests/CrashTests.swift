import ActorCluster
import SimulatedCluster
import Testing
import TwinStore

@testable import Twin

/// A node dies; the store is the truth, and a twin formed again on it goes on with the same bits.
struct CrashTests {
  private static let lower = TwinFailure.LostNode(node: "middle", segments: ["feeder-1-lower"])

  @Test("A node that dies at any message of a tick is named, and the day goes on from the store")
  func crashAtAnyMessage() throws {
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 4)
    var lostTicks: Set<Int64> = []
    for message in try DisturbedTwin.messages(ofTick: 1) {
      let (store, lostAt) = try crash(at: message.index)
      let committed = try #require(try store.lastCommit()).tick
      #expect(lostAt == committed + 1, "at \(message)")
      lostTicks.insert(lostAt)
      let again = try SimulatedTwin(Grids.evening, seed: 99, store: store)
      let rest = try again.run(ticks: 3 - Int(committed))
      #expect(rest.reports.map(\.tick) == Array(lostAt...3))
      #expect(rest.bits == Array(expected.bits.dropFirst(Int(lostAt))), "at \(message)")
    }
    #expect(lostTicks == [1, 2], "Before the store took the tick, and after.")
  }

  /// Runs until a node's death shows, and tells the tick at which it did.
  private func crash(at index: Int) throws -> (MemoryStore, tick: Int64) {
    let twin = try SimulatedTwin(Grids.evening, seed: DisturbedTwin.seed)
    let tick = try twin.runtime.run { () -> Int64 in
      let processes = try await twin.form()
      twin.network.onMessage { if $0.index == index { twin.network.crash("middle") } }
      let failure = await #expect(throws: TwinFailure.self) {
        for _ in 0..<3 { _ = try await processes.coordinator.runTick() }
      }
      twin.network.onMessage(nil)
      guard case .lost(let lost, let tick) = failure else {
        Issue.record("\(String(describing: failure))")
        return -1
      }
      #expect(lost == [Self.lower])
      return tick
    }
    return (twin.store, tick)
  }

  @Test("A failure says in one sentence what was lost, when, and what to do")
  func sentence() {
    let failure = TwinFailure.lost([Self.lower], tick: 7)
    #expect(
      "\(failure)" == "node middle with segment feeder-1-lower was lost at tick 7; "
        + "ticks up to 6 are committed, start the twin again to repeat the day")
  }

  @Test("A node that dies while a twin forms again is lost at the tick that comes next")
  func crashWhileForming() throws {
    let store = MemoryStore()
    _ = try SimulatedTwin(Grids.evening, store: store).run(ticks: 2)
    let twin = try SimulatedTwin(Grids.evening, store: store)
    try twin.runtime.run {
      let processes = try await twin.start()
      twin.network.onMessage { message in
        if message.target == "host(_:state:)", message.to == "middle" {
          twin.network.crash("middle")
        }
      }
      let failure = await #expect(throws: TwinFailure.self) {
        try await processes.coordinator.form(twin.plan)
      }
      twin.network.onMessage(nil)
      guard case .lost(let lost, let tick) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(lost == [Self.lower])
      #expect(tick == 2)
    }
    #expect(try store.lastCommit()?.tick == 1)
  }

  @Test("A node that dies and comes back empty stops the day until the twin forms again")
  func restartedNode() throws {
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 3)
    let twin = try SimulatedTwin(Grids.evening)
    let bits = try twin.runtime.run { () -> [UInt64] in
      let processes = try await twin.form()
      _ = try await processes.coordinator.runTick()
      twin.network.crash("middle")
      let cluster = try await twin.network.startNode("middle", twin: twin.plan.name)
      try await TwinNode(cluster).join(
        SimulatedTwin.coordinatorNode, card: SimulatedTwin.card(of: "middle"))
      let failure = await #expect(throws: TwinFailure.self) {
        try await processes.coordinator.runTick()
      }
      #expect("\(failure!)".contains("Node 'middle' has no actor 'segment/feeder-1-lower'"))
      #expect(try twin.store.lastCommit()?.tick == 0)

      try await processes.coordinator.form(twin.plan)
      for _ in 0..<2 { _ = try await processes.coordinator.runTick() }
      return try await processes.coordinator.voltages().bits
    }
    #expect(bits == expected.bits.last)
  }

  @Test("A store of another grid is refused with both lists of segments")
  func otherGrid() throws {
    let store = MemoryStore()
    _ = try SimulatedTwin(Grids.ring(interior: 3), store: store).run(ticks: 1)
    let twin = try SimulatedTwin(Grids.evening, store: store)
    try twin.runtime.run {
      let processes = try await twin.start()
      let failure = await #expect(throws: TwinFailure.self) {
        try await processes.coordinator.form(twin.plan)
      }
      #expect(
        "\(failure!)" == "the store is of another grid: it has the segments A, B, C where the "
          + "topology has feeder-1-lower, feeder-1-upper, feeder-2; give the topology a store of "
          + "its own")
      await processes.shutdown()
    }
    #expect(try store.lastCommit()?.states.map(\.segment) == ["A", "B", "C"])
  }

  @Test("A store of a grid with the same segments and other buses is refused in words")
  func otherBuses() throws {
    let store = MemoryStore()
    _ = try SimulatedTwin(Grids.ring(interior: 3), store: store).run(ticks: 1)
    let twin = try SimulatedTwin(Grids.ring(interior: 4), store: store)
    try twin.runtime.run {
      let processes = try await twin.start()
      let failure = await #expect(throws: TwinFailure.self) {
        try await processes.coordinator.form(twin.plan)
      }
      guard case .gaveUp(tick: 1, attempts: 1, let why) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(why.contains("it has 5 rows where the segment has 6"))
      await processes.shutdown()
    }
  }
}
