import GridModel
import PowerFlow
import Testing

@Suite("A start in the document")
struct DocumentStartTests {
  /// A load behind a transformer that turns the angle, its bus with a start.
  private func grid(clock: Int, start: Bus.BusStart?) -> Topology {
    var topology = Topology(name: "start")
    topology.power_MVA = 10
    topology.buses = [
      Bus(id: "a", nominalVoltage_kV: 110), Bus(id: "b", nominalVoltage_kV: 20),
      Bus(id: "c", nominalVoltage_kV: 20),
    ]
    topology.buses[2].start = start
    topology.sources = [Source(id: "q", bus: "a")]
    var unit = Transformer(
      id: "t", hv: "a", lv: "b", rating_MVA: 25, vHv_kV: 110, vLv_kV: 20, vk_pct: 12, vkr_pct: 0.4)
    unit.clock = clock
    topology.transformers = [unit]
    topology.lines = [
      Line(id: "l", from: "b", to: "c", length_km: 3, r_ohm_per_km: 0.2, x_ohm_per_km: 0.3)
    ]
    topology.loads = [Load(id: "m", bus: "c")]
    topology.loads[0].p_MW = 5
    topology.loads[0].q_Mvar = 1
    return topology
  }

  @Test("without an angle keeps the one behind the transformer", arguments: 0...11)
  func withoutAngle(clock: Int) throws {
    let flat = try PowerFlow(grid(clock: clock, start: nil)).solve()
    let begun = try PowerFlow(grid(clock: clock, start: .init(v_pu: 1))).solve()
    for (one, other) in zip(flat.report.buses, begun.report.buses) {
      #expect(abs(one.v_pu! - other.v_pu!) < 1e-9)
      #expect(abs(one.angle_deg! - other.angle_deg!) < 1e-7)
      #expect(abs(one.angle_deg!) <= 180)
    }
    #expect(begun.startsFromFile && !flat.startsFromFile)
  }

  @Test("that is far off never ends at a voltage below zero", arguments: 0...11)
  func farOff(clock: Int) throws {
    let flow = try? PowerFlow(grid(clock: clock, start: .init(v_pu: 1, angle_deg: 0))).solve()
    guard let report = flow?.report else { return }
    #expect(report.buses.allSatisfy { $0.v_pu! > 0 })
    let isRight = abs(report.buses[2].v_pu! - 0.96) < 0.04
    #expect(isRight || report.collapsedBus != nil, "A false root is told.")
  }

  @Test("on any of several fused buses counts")
  func fusedBuses() throws {
    var topology = grid(clock: 5, start: nil)
    topology.buses.append(Bus(id: "c2", nominalVoltage_kV: 20))
    topology.switches = [Switch(id: "s", place: .between("c", "c2"))]
    topology.buses[3].start = .init(v_pu: 0.97)
    let network = Network(topology)
    #expect(StartVoltages.make(for: network).magnitude[network.row(of: "c")!] == 0.97)
  }
}
