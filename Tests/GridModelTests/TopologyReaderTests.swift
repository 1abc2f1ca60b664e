import GridModel
import Testing

@Suite("A topology document")
struct TopologyReaderTests {
  @Test("Every kind of element is read with its values")
  func everyKindIsRead() throws {
    let read = try Topology.read(Sample.complete, named: "grids/ring.yaml")
    #expect(read.warnings == [])
    let topology = read.topology
    #expect(topology.name == "ring")
    #expect(topology.time.time(of: 1).description == "2030-06-21T00:15:00Z")
    #expect(topology.buses.map(\.id.text) == ["0", "1", "1a", "no", "1e3", "007"])
    #expect(topology.buses[1].limits_pu == 0.95...1.05)
    #expect(topology.buses[1].start == Bus.BusStart(v_pu: 1.02, angle_deg: -3))
    #expect(
      topology.buses[1].coordinates == Bus.Coordinates(longitude_deg: 10.1, latitude_deg: 50.2))
    #expect(topology.buses[1].labels.externalIds == ["scada": "17"])
    #expect(topology.lines[0].r_ohm_per_km == 0.501)
    #expect(topology.lines[0].rating_A == 145)
    #expect(topology.lines[1].rating_A == 140)
    #expect(topology.lines[1].emergencyRating_A == 170)
    #expect(topology.lines[1].x_ohm_per_km == 0.8)
    #expect(topology.branches[0].tap == 0.969)
    #expect(topology.branches[0].rating_MVA == nil)
    #expect(topology.transformers[0].tap?.factor == 0.98)
    #expect(topology.switches[0].place == .end(of: ElementReference(.line, "1-no"), .to))
    #expect(topology.switches[1].place == .between("1", "1a"))
    #expect(topology.loads[0].zip?.p.current == 0.3)
    #expect(topology.loads[0].profile == "household")
    #expect(topology.generators[0].cost == .polynomial([0.04, 20, 0]))
    #expect(topology.photovoltaics[0].powerFactor == 0.95)
    #expect(topology.windTurbines[0].inService == false)
    #expect(
      topology.batteries[0].schedule == [
        Battery.ScheduleEntry(from_s: 3_600, until_s: 18_000, p_MW: -0.4)
      ])
    #expect(topology.shunts[0].b_Mvar == 19)
    #expect(topology.profiles.map(\.course) == [.shape(.eveningPeak), .day([0, 0.5, 1])])
    #expect(topology.weather.cloudFronts[0].at_s == 43_200)
    #expect(topology.segments.map(\.buses.count) == [1, 5])
    #expect(topology.placement == [Placement(node: "north", segments: ["feeder", "head"])])
  }
}
