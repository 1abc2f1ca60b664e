import GridModel
import PowerFlow
import Testing

@testable import Twin

/// Grids cut in unusual ways are solved as one process solves them.
struct UnusualCutTests {
  @Test("A grid of one segment has no border")
  func oneSegment() throws {
    var grid = Grids.cigre
    grid.segments = [SegmentPlan(id: "all", buses: grid.buses.map(\.id))]
    grid.placement = []
    try compare(grid)
  }

  @Test("Two segments without a tie are two grids")
  func noTies() throws {
    var grid = Grids.ring(interior: 3)
    grid.branches.removeAll { $0.id.text.hasPrefix("tie-") }
    for name in ["B", "C"] {
      grid.sources.append(Source(id: Name("grid-\(name)"), bus: Name("\(name)-0002")))
    }
    let reports = try compare(grid)
    #expect(reports.allSatisfy { $0.ties.worst == nil && $0.ties.mismatch_MVA == 0 })
  }

  @Test("A segment may be a single bus, so that its interior is empty")
  func noInterior() throws {
    var grid = Grids.ring(interior: 3)
    // B ends before its tail; the tail alone is a segment, tied to B and to C.
    grid.segments[1].buses.removeAll { $0 == "B-tail" }
    grid.segments.append(SegmentPlan(id: "A-alone", buses: ["B-tail"]))
    try compare(grid)
  }

  @Test("Every bus may be a segment of its own")
  func everyBusAlone() throws {
    var grid = Grids.ring(interior: 1)
    grid.segments = grid.buses.map { SegmentPlan(id: Name("s-\($0.id)"), buses: [$0.id]) }
    try compare(grid)
  }

  @Test("A segment may be dark as a whole")
  func darkSegment() throws {
    var grid = Grids.ring(interior: 3)
    grid.branches.removeAll { ["tie-AB", "tie-BC"].contains($0.id.text) }
    let reports = try compare(grid)
    #expect(reports.allSatisfy { $0.darkBuses == 5 })
    #expect(reports.allSatisfy { abs($0.totals.unserved_MW - 30) < 1e-9 })
  }

  @Test("A grid without any source is dark, and ticks commit")
  func allDark() throws {
    var grid = Grids.ring(interior: 3)
    grid.sources = []
    let reports = try SimulatedTwin(grid).run(ticks: 2).reports
    #expect(reports.map(\.tick) == [0, 1])
    #expect(reports.allSatisfy { $0.darkBuses == 15 && $0.iterations == 0 })
  }

  @Test("A tie out of service, or open at one end, is no tie for the flow", arguments: [0, 1, 2])
  func openTie(way: Int) throws {
    var grid = Grids.ring(interior: 3)
    let tie = grid.branches.firstIndex { $0.id == "tie-BC" }!
    if way == 0 {
      grid.branches[tie].inService = false
    } else {
      var open = Switch(
        id: "open", place: .end(of: grid.branches[tie].reference, way == 1 ? .from : .to))
      open.closed = false
      grid.switches = [open]
    }
    try compare(grid)
  }

  @Test("Ends of ties may be fused with other buses by a closed switch")
  func fusedBorder() throws {
    var grid = Grids.ring(interior: 3)
    grid.buses.append(Bus(id: "A-bar", nominalVoltage_kV: 20))
    grid.segments[0].buses.append("A-bar")
    grid.switches = [Switch(id: "coupler", place: .between("A-bar", "A-tail"))]
    let tie = grid.branches.firstIndex { $0.id == "tie-AB" }!
    grid.branches[tie].from = "A-bar"
    try compare(grid)
  }

  @Test("A bus of the border may hold its voltage, or be the reference, in any segment")
  func heldBorder() throws {
    var grid = Grids.ring(interior: 3)
    grid.sources = [Source(id: "grid", bus: "C-tail")]
    for (name, bus) in [("g1", "A-head"), ("g2", "B-head"), ("g3", "B-tail")] {
      var generator = Generator(id: Name(name), bus: Name(bus))
      generator.p_MW = 10
      generator.v_pu = 1.01
      grid.generators.append(generator)
    }
    try compare(grid)
  }

  @Test("Two lines side by side between two segments are two ties")
  func parallelTies() throws {
    var grid = Grids.ring(interior: 3)
    grid.branches.append(
      Branch(id: "second", from: "B-head", to: "A-tail", r_pu: 0.02, x_pu: 0.07))
    try compare(grid)
  }

  @Test("A border bus out of service takes its ties with it", arguments: ["A-tail", "B-head"])
  func busOutOfService(name: String) throws {
    var grid = Grids.ring(interior: 3)
    let bus = grid.buses.firstIndex { $0.id.text == name }!
    grid.buses[bus].inService = false
    try compare(grid)
  }

  /// Runs some ticks and holds them against one process.
  @discardableResult
  private func compare(_ grid: Topology) throws -> [TickReport] {
    let run = try SimulatedTwin(grid).run(ticks: 2)
    var whole = WholeGrid(grid)
    for (report, joint) in zip(run.reports, run.voltages) {
      let reference = try whole.tick(report.tick)
      #expect(report.iterations == reference.iterations)
      #expect(report.ties.mismatch_MVA < 1e-9)
      for (joint, reference) in zip(joint, reference.voltages) {
        #expect(joint.largestDeviation(from: reference) < 1e-9)
      }
    }
    return run.reports
  }
}
