import ActorCluster
import GridModel
import PowerFlow
import Testing

@testable import Twin

/// Grids that are dark in part, without a solution, or not ready.
struct GridFaultTests {
  @Test("An island without source, across two segments, is dark and unserved, and ticks commit")
  func darkIsland() throws {
    var grid = Grids.ring(interior: 3)
    for (segment, bus) in [(1, "B-isle"), (2, "C-isle")] {
      grid.buses.append(Bus(id: Name(bus), nominalVoltage_kV: 20))
      grid.segments[segment].buses.append(Name(bus))
      var load = Load(id: Name("load-\(bus)"), bus: Name(bus))
      load.p_MW = 2.5
      grid.loads.append(load)
    }
    grid.branches.append(
      Branch(id: "isle", from: "B-isle", to: "C-isle", r_pu: 0.01, x_pu: 0.05))
    let run = try SimulatedTwin(grid).run(ticks: 2)
    for report in run.reports {
      #expect(report.darkBuses == 2)
      #expect(report.totals.unserved_MW == 5)
      #expect(abs(report.totals.load_MW - 90) < 1e-9)
      #expect(report.ties.mismatch_MVA < 1e-9)
    }
    #expect(run.reports.map(\.tick) == [0, 1])
  }

  @Test("The same island with a source of its own is lit")
  func litIsland() throws {
    var grid = Grids.ring(interior: 3)
    for (segment, bus) in [(1, "B-isle"), (2, "C-isle")] {
      grid.buses.append(Bus(id: Name(bus), nominalVoltage_kV: 20))
      grid.segments[segment].buses.append(Name(bus))
    }
    grid.branches.append(
      Branch(id: "isle", from: "B-isle", to: "C-isle", r_pu: 0.01, x_pu: 0.05))
    grid.sources.append(Source(id: "isle", bus: "C-isle"))
    let report = try SimulatedTwin(grid).run(ticks: 1).reports[0]
    #expect(report.darkBuses == 0)
    #expect(report.totals.unserved_MW == 0)
  }

  @Test("A grid without a solution is named with its island, its worst bus and the tick")
  func noSolution() throws {
    let twin = try SimulatedTwin(Grids.cigre.withLoads(times: 10))
    try twin.runtime.run {
      let processes = try await twin.form()
      for _ in 0..<2 {
        let failure = await #expect(throws: TwinFailure.self) {
          try await processes.coordinator.runTick()
        }
        guard case .noSolution(let island, tick: 0) = failure else {
          Issue.record("\(String(describing: failure))")
          return
        }
        #expect(island.island == 1)
        #expect(Grids.cigre.buses.map(\.id).contains(island.worstBus))
        #expect(island.mismatch_MVA > 0)
        #expect("\(failure!)".hasPrefix("tick 0: island 1 (held by bus "))
      }
      #expect(try twin.store.lastCommit() == nil)
      await processes.shutdown()
    }
  }

  @Test("A topology without segments is no twin, and the sentence says what to add")
  func noSegments() throws {
    var topology = Grids.cigre
    topology.segments = []
    let failure = #expect(throws: TwinFailure.self) { _ = try TwinPlan(topology) }
    #expect(
      failure?.description
        == "topology 'cigre-mv' has no segments: add a 'segments:' list that names every bus once")
  }

  @Test("A node that does not join is named when the time is up, not later")
  func missingNode() throws {
    let twin = try SimulatedTwin(Grids.cigre)
    try twin.runtime.run {
      let processes = try await twin.start(without: ["middle"])
      let start = twin.runtime.now
      let failure = await #expect(throws: TwinFailure.self) {
        try await processes.coordinator.form(twin.plan)
      }
      guard case .missing(let nodes, strangers: [], waited: .seconds(5)) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(nodes == ["middle"])
      #expect(twin.runtime.now - start >= .seconds(5))
      #expect(twin.runtime.now - start <= .seconds(5) + Coordinator.joinPoll)
      #expect("\(failure!)" == "node middle did not join within 5 s")
      await processes.shutdown()
    }
  }

  @Test("A node under a name that no placement has is named beside the one that is missing")
  func stranger() throws {
    let twin = try SimulatedTwin(Grids.cigre)
    try twin.runtime.run {
      let processes = try await twin.start(without: ["middle"])
      let cluster = try await twin.network.startNode("midle", twin: twin.plan.name)
      try await TwinNode(cluster).join(
        SimulatedTwin.coordinatorNode, card: SimulatedTwin.card(of: "midle"))
      let failure = await #expect(throws: TwinFailure.self) {
        try await processes.coordinator.form(twin.plan)
      }
      #expect(
        "\(failure!)" == "node middle did not join within 5 s; midle joined, which no placement "
          + "of the topology names")
      await cluster.shutdown()
      await processes.shutdown()
    }
  }

  @Test("A node cannot take the name of one that answers, and can take that of one that is lost")
  func takenName() throws {
    let twin = try SimulatedTwin(Grids.cigre)
    try twin.runtime.run {
      let processes = try await twin.form()
      // As another process of the same name, which a simulated network does not have.
      let card = NodeCard(node: "north", host: "elsewhere", port: 2, pid: 2)
      await #expect(throws: JoinRefusal.nameTaken("north")) {
        try await processes.coordinator.whenLocal { try await $0.join(card, era: 0) }
      }
      #expect(try await processes.coordinator.runTick().tick == 0)

      twin.network.crash("north")
      try await processes.coordinator.whenLocal { try await $0.join(card, era: 0) }
      await processes.shutdown()
    }
  }

  @Test("A node joins in its own name only")
  func ownName() throws {
    let twin = try SimulatedTwin(Grids.cigre)
    try twin.runtime.run {
      let processes = try await twin.form()
      let intruder = try await twin.network.startNode("intruder", twin: twin.plan.name)
      let coordinator = try Coordinator.resolve(id: processes.coordinator.id, using: intruder)
      twin.network.crash("north")
      let failure = await #expect(throws: ClusterError.self) {
        try await coordinator.join(
          NodeCard(node: "north", host: "elsewhere", port: 2, pid: 2), era: 0)
      }
      #expect(failure?.joinRefusal == .notYourName("north", asker: "intruder"))
      await intruder.shutdown()
      await processes.shutdown()
    }
  }

  @Test("A node may not have the coordinator's name")
  func reservedName() {
    var topology = Grids.cigre
    topology.placement[0].node = "coordinator"
    let failure = #expect(throws: TwinFailure.self) { _ = try TwinPlan(topology) }
    #expect("\(failure!)".contains("is the coordinator's own name"))
  }

  @Test("A border too wide for a message is refused before anything starts")
  func wideBorder() throws {
    func ladder(_ rungs: Int) -> Topology {
      var grid = Topology(name: "ladder")
      for rung in 0..<rungs {
        for side in ["A", "B"] {
          grid.buses.append(Bus(id: Name("\(side)\(rung)"), nominalVoltage_kV: 20))
        }
        grid.branches.append(
          Branch(
            id: Name("\(rung)"), from: Name("A\(rung)"), to: Name("B\(rung)"), r_pu: 0.01, x_pu: 0.1
          ))
      }
      grid.sources = [Source(id: "grid", bus: "A0")]
      grid.segments = ["A", "B"].map { side in
        SegmentPlan(id: Name(side), buses: (0..<rungs).map { Name("\(side)\($0)") })
      }
      return grid
    }
    _ = try TwinPlan(ladder(TwinPlan.maximumBorderRows))
    let failure = #expect(throws: TwinFailure.self) {
      _ = try TwinPlan(ladder(TwinPlan.maximumBorderRows + 1))
    }
    #expect("\(failure!)".contains("176 border buses, and 175 are the most"))
  }

  @Test("A node that joins late is waited for")
  func lateNode() throws {
    let twin = try SimulatedTwin(Grids.cigre)
    try twin.runtime.run {
      let processes = try await twin.start(without: ["middle"])
      let forming = processes.clusters[0].task {
        try await processes.coordinator.form(twin.plan)
      }
      try await twin.runtime.sleep(for: .seconds(3))
      let cluster = try await twin.network.startNode("middle", twin: twin.plan.name)
      try await TwinNode(cluster).join(
        SimulatedTwin.coordinatorNode, card: SimulatedTwin.card(of: "middle"))
      try await forming.value
      #expect(try await processes.coordinator.runTick().tick == 0)
      await cluster.shutdown()
      await processes.shutdown()
    }
  }
}
