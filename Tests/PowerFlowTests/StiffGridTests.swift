import GridModel
import PowerFlow
import Testing

@Suite("A stiff grid, or a small base")
struct StiffGridTests {
  /// A long line and a very short one behind it.
  private func grid(base_MVA: Double, link_km: Double) -> Topology {
    var topology = Topology(name: "stiff")
    topology.power_MVA = base_MVA
    topology.buses = ["a", "b", "c"].map { Bus(id: $0, nominalVoltage_kV: 110) }
    topology.sources = [Source(id: "q", bus: "a")]
    topology.sources[0].v_pu = 1.02
    topology.lines = [
      Line(id: "l", from: "a", to: "b", length_km: 20, r_ohm_per_km: 0.1, x_ohm_per_km: 0.4),
      Line(id: "k", from: "b", to: "c", length_km: link_km, r_ohm_per_km: 0.1, x_ohm_per_km: 0.4),
    ]
    topology.loads = [Load(id: "m", bus: "c")]
    topology.loads[0].p_MW = 40.3
    topology.loads[0].q_Mvar = 11.7
    return topology
  }

  @Test(
    "is solved, although rounding alone leaves more than the usual tolerance",
    arguments: [100, 10, 1, 0.1, 0.001], [1, 0.01, 0.002])
  func solves(base_MVA: Double, link_km: Double) throws {
    let flow = try PowerFlow(grid(base_MVA: base_MVA, link_km: link_km)).solve()
    let reference = try PowerFlow(grid(base_MVA: 100, link_km: link_km)).solve()
    #expect(flow.maxMismatch_pu <= flow.tolerance_pu)
    for (one, other) in zip(flow.report.buses, reference.report.buses) {
      #expect(abs(one.v_pu! - other.v_pu!) < 1e-9)
    }
  }

  @Test("keeps the usual tolerance where rounding allows it")
  func usualTolerance() throws {
    #expect(try PowerFlow(grid(base_MVA: 100, link_km: 1)).solve().tolerance_pu == 1e-10)
  }
}
