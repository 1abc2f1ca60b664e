import GridModel
import PowerFlow
import Testing

@Suite("Published cases")
struct ReferenceCaseTests {
  /// Source: `create_cigre_network_mv` of pandapower 3.5.6, solved there to 1e-10.
  @Test("The CIGRE medium-voltage grid without photovoltaics and wind")
  func cigreWithoutPlants() throws {
    var topology = try Topology.inRepository("cigre-mv")
    topology.photovoltaics = []
    topology.windTurbines = []
    let report = try PowerFlow(topology).solve().report
    expect(report, lines_kW: 233.749610, transformers_kW: 69.832184, lowest_pu: 0.92297978)
  }

  /// Source: the same with `with_der='pv_wind'`.
  @Test("The CIGRE medium-voltage grid with photovoltaics and wind as written")
  func cigreAsWritten() throws {
    let report = try PowerFlow(Topology.inRepository("cigre-mv")).solve().report
    expect(report, lines_kW: 100.4568, transformers_kW: 63.8949, lowest_pu: 0.946916)
  }

  @Test("Taking out the lines that are open at one end is another grid")
  func openEndsAreCharged() throws {
    var topology = try Topology.inRepository("cigre-mv")
    topology.photovoltaics = []
    topology.windTurbines = []
    let open: Set<Line.ID> = ["6-7", "11-4", "14-8"]
    for position in topology.lines.indices where open.contains(topology.lines[position].id) {
      topology.lines[position].inService = false
    }
    let report = try PowerFlow(topology).solve().report
    #expect(abs(report.totals.lineLosses_MW * 1_000 - 234.246) < 1e-3)
  }

  /// Source: case118 of MATPOWER 8.1.
  @Test("The IEEE 118-bus case")
  func ieee118() throws {
    let flow = try PowerFlow(Topology.inRepository("ieee118")).solve()
    #expect(abs(flow.report.totals.load_MW - 4242) < 1e-9)
    #expect(abs(flow.report.totals.losses_MW - 132.8629) < 1e-4)
    #expect(flow.islandCount == 1)
  }

  private func expect(
    _ report: FlowReport, lines_kW: Double, transformers_kW: Double, lowest_pu: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let lines = report.totals.lineLosses_MW * 1_000
    let transformers = report.totals.transformerLosses_MW * 1_000
    let lowest = report.buses.compactMap(\.v_pu).min() ?? 0
    #expect(abs(lines - lines_kW) < 1e-4, "\(lines)", sourceLocation: sourceLocation)
    #expect(
      abs(transformers - transformers_kW) < 1e-4, "\(transformers)", sourceLocation: sourceLocation)
    #expect(abs(lowest - lowest_pu) < 1e-6, "\(lowest)", sourceLocation: sourceLocation)
  }
}
