import GridModel
import Testing

@testable import PowerFlow

@Suite("Where a solve begins and what holds it")
struct StartAndReferenceTests {
  @Test("A flat start follows the clock of every transformer", arguments: [0, 1, 5, 11])
  func startFollowsTheClock(clock: Int) {
    var topology = Topology.make(buses: ["a", "b", "c"])
    topology.sources = [.make("grid", at: "b", angle_deg: 10)]
    // Down from b to c, and against its direction from b to a.
    for (id, hv, lv) in [("1", "a", "b"), ("2", "b", "c")] {
      var unit = Transformer(
        id: .init(id), hv: .init(hv), lv: .init(lv), rating_MVA: 25, vHv_kV: 110, vLv_kV: 110,
        vk_pct: 10, vkr_pct: 0.5)
      unit.clock = clock
      topology.transformers.append(unit)
    }
    let start = StartVoltages.make(for: Network(topology))
    let hours = Double(clock) * 30
    for (row, expected) in [10 + hours, 10, 10 - hours].enumerated() {
      #expect(abs(start.angle[row] * 180 / .pi - expected) < 1e-12)
    }
    #expect(start.magnitude == [1, 1, 1])
  }

  @Test("Behind 150 degrees of transformers a loaded grid is solved from a flat start")
  func solvesBehindClocks() throws {
    var topology = Topology.make(buses: ["a", "b", "c"])
    topology.sources = [.make("grid", at: "a")]
    topology.branches = [
      .make("1", "a", "b", shift_deg: 150), .make("2", "b", "c", shift_deg: 330),
    ]
    topology.loads = [.make("L", at: "c", 50, 20)]
    let turned = try PowerFlow(topology).solve()
    topology.branches[0].shift_deg = 0
    topology.branches[1].shift_deg = 0
    let straight = try PowerFlow(topology).solve()
    #expect(turned.iterations == straight.iterations)
    for (a, b) in zip(turned.report.buses, straight.report.buses) {
      #expect(abs(a.v_pu! - b.v_pu!) < 1e-12)
    }
    #expect(
      abs(
        (turned.report.buses[2].angle_deg! - straight.report.buses[2].angle_deg! + 480)
          .remainder(dividingBy: 360)) < 1e-9)
  }

  @Test("The document's start voltages are where the solve begins")
  func startsFromTheDocument() throws {
    var topology = Topology.make(buses: ["a", "b"])
    topology.sources = [.make("grid", at: "a")]
    topology.branches = [.make("1", "a", "b")]
    topology.loads = [.make("L", at: "b", 50, 20)]
    let first = try PowerFlow(topology).solve()
    #expect(!first.startsFromFile && first.iterations > 1)
    for (position, bus) in first.report.buses.enumerated() {
      topology.buses[position].start = .init(v_pu: bus.v_pu!, angle_deg: bus.angle_deg!)
    }
    let again = try PowerFlow(topology).solve()
    #expect(again.startsFromFile && again.iterations == 0)
  }

  @Test("Every source of an island holds its voltage and its angle")
  func everySourceHolds() throws {
    var topology = Topology.make(buses: ["a", "b", "c"])
    topology.branches = [.make("1", "a", "b"), .make("2", "b", "c")]
    topology.sources = [
      .make("one", at: "a", v_pu: 1.02), .make("two", at: "c", v_pu: 0.99, angle_deg: -3),
    ]
    topology.loads = [.make("L", at: "b", 30, 5)]
    let buses = try PowerFlow(topology).solve().report.buses
    #expect(buses.map(\.role) == ["reference", "pq", "reference"])
    #expect(buses[0].v_pu == 1.02 && buses[2].v_pu == 0.99)
    #expect(abs(buses[2].angle_deg! + 3) < 1e-12)
    #expect(buses.map(\.island) == [1, 1, 1])
  }

  @Test("Of generators the heaviest is the reference, of equals the one of the lower id")
  func heaviestGeneratorIsReference() throws {
    var topology = Topology.make(buses: ["a", "b", "c", "d"])
    topology.branches = [.make("1", "a", "b"), .make("2", "b", "c"), .make("3", "c", "d")]
    topology.generators = [
      .make("Z", at: "a", slackWeight: 2), .make("M", at: "b", slackWeight: 5),
      .make("K", at: "c", slackWeight: 5), .make("A", at: "d"),
    ]
    topology.generators[2].angle_deg = 7
    func roles() throws -> [String] { try PowerFlow(topology).solve().report.buses.map(\.role) }
    #expect(try roles() == ["pv", "pv", "reference", "pv"])
    #expect(abs(try PowerFlow(topology).solve().report.buses[2].angle_deg! - 7) < 1e-12)
    topology.generators[2].inService = false
    #expect(try roles() == ["pv", "reference", "pq", "pv"])
    topology.sources = [.make("grid", at: "d")]
    #expect(try roles() == ["pv", "pv", "pq", "reference"])
    topology.sources = []
    topology.generators = [.make("A", at: "d")]
    #expect(try roles() == ["dark", "dark", "dark", "dark"])
  }

  @Test("Of several generators at a bus the last one written holds it, and a source before all")
  func lastGeneratorHolds() throws {
    var topology = Topology.make(buses: ["a", "b"])
    topology.branches = [.make("1", "a", "b")]
    topology.sources = [.make("grid", at: "a")]
    topology.generators = [
      .make("2", at: "b", p_MW: 10, v_pu: 1.01), .make("1", at: "b", p_MW: 10, v_pu: 1.03),
    ]
    func held() throws -> Double? { try PowerFlow(topology).solve().report.buses[1].v_pu }
    #expect(try held() == 1.03)
    topology.generators[1].inService = false
    #expect(try held() == 1.01)
    topology.generators[1].inService = true
    topology.generators[1].holdsVoltage = false
    #expect(try held() == 1.01)
    topology.sources.append(.make("second", at: "b", v_pu: 0.98))
    #expect(try held() == 0.98)
  }

  @Test("A generator at a fused bus holds the whole row")
  func generatorBehindASwitch() throws {
    var topology = Topology.make(buses: ["a", "b", "b2"])
    topology.branches = [.make("1", "a", "b")]
    topology.sources = [.make("grid", at: "a")]
    topology.switches = [.closed("S", "b", "b2")]
    topology.generators = [.make("G", at: "b2", p_MW: 10, v_pu: 1.03)]
    topology.loads = [.make("L", at: "b", 4, 1)]
    let buses = try PowerFlow(topology).solve().report.buses
    #expect(buses[1].v_pu == 1.03 && buses[2].v_pu == 1.03)
    #expect(abs(buses[1].p_MW + 4) < 1e-9 && abs(buses[2].p_MW - 10) < 1e-9)
    topology.switches[0].closed = false
    let opened = try PowerFlow(topology).solve().report.buses
    #expect(opened[2].role == "dark" && opened[1].role == "pq")
  }
}
