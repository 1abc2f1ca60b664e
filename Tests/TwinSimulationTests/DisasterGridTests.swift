import GridModel
import Testing
import Twin

@testable import TwinSimulation

/// The grid of the disasters is what it says.
struct DisasterGridTests {
  @Test("Twenty-four segments stand on eight nodes, each with a neighbour on another node")
  func shape() throws {
    let plan = try TwinPlan(DisasterGrid.topology)
    #expect(plan.slices.count == 24)
    #expect(plan.nodes.count == 8)
    for node in plan.nodes { #expect(plan.segments(on: node).count == 3) }
    for slice in plan.slices { #expect(slice.neighbours.count >= 2) }
  }

  @Test("It can be solved, and every tick differs from the one before")
  func solvable() throws {
    var whole = WholeGrid(DisasterGrid.topology)
    var last: [Double] = []
    for tick in 0..<20 as Range<Int64> {
      let voltages = try whole.tick(tick).voltages.flatMap(\.magnitude)
      #expect(voltages.allSatisfy { (0.9...1.1).contains($0) })
      #expect(voltages != last)
      last = voltages
    }
  }
}
