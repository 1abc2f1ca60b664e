import GridModel
import SeededRandom
import Testing
import WireCodec

@testable import PowerFlow

@Suite("The rest of the grid, seen from one segment's border")
struct EquivalentTests {
  /// A solved grid and the equivalents of its segments.
  private struct Solved {
    let joint: JointSolve
    let equivalents: [BorderEquivalent?]
    let voltages: [Voltages]
  }

  private func solve(_ topology: Topology) throws -> Solved {
    let joint = try JointSolve(topology)
    var blocks = joint.begin()
    while case .step(let steps) = try joint.border.judge(blocks) {
      blocks = zip(joint.solvers, steps).map { $0.advance($1) }
    }
    let maker = try EquivalentMaker(for: joint.border)
    return Solved(
      joint: joint, equivalents: maker.make(from: blocks), voltages: joint.solvers.map(\.voltages))
  }

  /// Solves one segment alone, with its own loads scaled.
  private func shadow(
    _ solved: Solved, _ position: Int, scaling factor: Double = 1
  ) throws -> (isSolved: Bool, voltages: Voltages) {
    let solver = solved.joint.solvers[position]
    let slice = solved.joint.slices[position]
    let rest = ShadowSolver(
      try #require(solved.equivalents[position]), around: solved.voltages[position], of: solver)
    var topology = slice.topology
    for load in topology.loads.indices { topology.loads[load].p_MW *= factor }
    solver.begin(
      from: solved.voltages[position],
      injections: Injections(OperatingPoint(asWrittenIn: topology), on: solver.network))
    let stamp = RoundStamp(era: 0, tick: 1, iteration: 0, topologyVersion: 3, roleVersion: 2)
    let isSolved = rest.solve(solver, first: solver.block(stamp))
    return (isSolved, solver.voltages)
  }

  @Test(
    "keeps a segment exactly where the joint solve has put it", arguments: ["cigre-mv", "ieee118"])
  func sameLoads(name: String) throws {
    let solved = try solve(Topology.inRepository(name))
    for position in solved.joint.solvers.indices {
      let alone = try shadow(solved, position)
      #expect(alone.isSolved)
      #expect(alone.voltages.largestDeviation(from: solved.voltages[position]) < 1e-6)
    }
  }

  @Test("foretells other loads far better than a border that does not move", arguments: [0.9, 1.1])
  func otherLoads(factor: Double) throws {
    let topology = try Topology.inRepository("ieee118")
    let solved = try solve(topology)
    for position in solved.joint.solvers.indices {
      let alone = try shadow(solved, position, scaling: factor)
      #expect(alone.isSolved)
      let own = Set(solved.joint.slices[position].topology.buses.map(\.id))
      var changed = topology
      for load in changed.loads.indices where own.contains(changed.loads[load].bus) {
        changed.loads[load].p_MW *= factor
      }
      let truth = try solve(changed).voltages[position]
      let error = alone.voltages.largestDeviation(from: truth)
      let change = solved.voltages[position].largestDeviation(from: truth)
      #expect(error < change / 10, "\(error) of \(change) in segment \(position)")
    }
  }

  @Test("survives the wire, and one that is not square does not")
  func wire() throws {
    let solved = try solve(Topology.inRepository("cigre-mv"))
    for equivalent in solved.equivalents.compactMap({ $0 }) {
      #expect(try BorderEquivalent(decoding: equivalent.encoded()) == equivalent)
      var broken = equivalent
      broken.schur.removeLast()
      #expect(throws: CBORError.self) { _ = try BorderEquivalent(decoding: broken.encoded()) }
    }
  }

  @Test("is missing where a segment touches no border")
  func noBorder() throws {
    var topology = try Topology.inRepository("cigre-mv")
    topology.segments = [SegmentPlan(id: "all", buses: topology.buses.map(\.id))]
    topology.placement = []
    #expect(try solve(topology).equivalents == [nil])
  }

  @Test("A matrix times its inverse is one, and a singular matrix has none")
  func inverse() throws {
    var random = SeededGenerator(seed: 5)
    let order = 7
    let matrix = (0..<order * order).map { _ in Double.random(in: -1...1, using: &random) }
    let inverse = try #require(DenseInverse.of(matrix, order: order))
    for row in 0..<order {
      for column in 0..<order {
        let product = (0..<order).reduce(0.0) {
          $0 + matrix[$1 * order + row] * inverse[column * order + $1]
        }
        #expect(abs(product - (row == column ? 1 : 0)) < 1e-12)
      }
    }
    #expect(DenseInverse.of([1, 2, 2, 4], order: 2) == nil)
    #expect(DenseInverse.of([], order: 0) == [])
  }
}
