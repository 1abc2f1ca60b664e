import GridModel
import PowerFlow
import Testing

@testable import Twin

/// The joint power flow is the same Newton iteration as in one process.
struct WholeGridTests {
  @Test("Each tick of the medium-voltage day agrees with one process to 1e-9 pu")
  func mediumVoltageDay() throws { try compare(Grids.cigre, ticks: 96) }

  @Test("Twelve ticks of the 118-bus grid agree with one process to 1e-9 pu")
  func meshedGrid() throws { try compare(Grids.ieee118, ticks: 12) }

  private func compare(_ topology: Topology, ticks: Int) throws {
    let run = try SimulatedTwin(topology).run(ticks: ticks)
    var whole = WholeGrid(topology)
    for (report, joint) in zip(run.reports, run.voltages) {
      let reference = try whole.tick(report.tick)
      #expect(report.iterations == reference.iterations)
      #expect(report.roundTrips == report.iterations + 1)
      for (joint, reference) in zip(joint, reference.voltages) {
        #expect(joint.largestDeviation(from: reference) < 1e-9)
      }
    }
    #expect(run.reports.map(\.tick) == Array(0..<Int64(ticks)))
  }
}
