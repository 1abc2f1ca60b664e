import GridModel

/// The small grid that a grant is timed on: two rings of eight buses with four ties between them.
enum GrantGrid {
  private static let ring = 8

  static func make() -> Topology {
    var grid = Topology(name: "two-rings")
    for name in ["a", "b"] {
      var segment = SegmentPlan(id: SegmentPlan.ID(name), buses: [])
      for position in 0..<ring {
        let bus = Bus(id: id(name, position), nominalVoltage_kV: 20)
        grid.buses.append(bus)
        segment.buses.append(bus.id)
        var load = Load(id: Load.ID(bus.id.text), bus: bus.id)
        load.p_MW = 0.4
        load.q_Mvar = 0.1
        grid.loads.append(load)
        grid.lines.append(line(id(name, position), id(name, (position + 1) % ring)))
      }
      grid.segments.append(segment)
    }
    for position in stride(from: 0, to: ring, by: 2) {
      grid.lines.append(line(id("a", position), id("b", position)))
    }
    var source = Source(id: "grid", bus: id("b", 1))
    source.v_pu = 1.02
    grid.sources = [source]
    return grid
  }

  private static func id(_ segment: String, _ position: Int) -> Bus.ID {
    Bus.ID("\(segment)\(position)")
  }

  private static func line(_ from: Bus.ID, _ to: Bus.ID) -> Line {
    Line(
      id: Line.ID("\(from.text)-\(to.text)"), from: from, to: to, length_km: 2, r_ohm_per_km: 0.5,
      x_ohm_per_km: 0.35)
  }
}
