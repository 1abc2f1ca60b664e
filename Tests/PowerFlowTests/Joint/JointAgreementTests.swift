import GridModel
import SeededRandom
import SparseAlgebra
import Testing

@testable import PowerFlow

@Suite("A joint power flow equals the one in one process")
struct JointAgreementTests {
  static let largestDifference_pu = 1e-9

  @Test("The IEEE 118-bus case in its four segments")
  func ieee118AsCut() throws {
    try expectAgreement(of: Topology.inRepository("ieee118"))
  }

  @Test("The IEEE 118-bus case, cut at random", arguments: 1...72 as ClosedRange<UInt64>)
  func ieee118AtRandom(seed: UInt64) throws {
    try expectAgreement(of: Self.ieee118(seed: seed))
  }

  @Test("The random cuts hold the situations that matter")
  func theSampleIsRich() throws {
    var emptyInteriors = 0
    var heldOnBorder = 0
    var referenceOnBorder = 0
    var segmentCounts: Set<Int> = []
    for seed in 1...72 as ClosedRange<UInt64> {
      let joint = try JointSolve(Self.ieee118(seed: seed))
      segmentCounts.insert(joint.slices.count)
      if zip(joint.networks, joint.slices).contains(where: { $0.rowCount == $1.border.count }) {
        emptyInteriors += 1
      }
      if joint.plan.rows.contains(where: { $0.role == .voltageHeld }) { heldOnBorder += 1 }
      if joint.plan.rows.contains(where: { $0.role == .reference }) { referenceOnBorder += 1 }
    }
    #expect(segmentCounts == Set(2...8))
    #expect(emptyInteriors > 0)
    #expect(heldOnBorder > 0)
    #expect(referenceOnBorder > 0)
    print(
      "of 72 cuts: \(emptyInteriors) with a segment without interior, \(heldOnBorder) with a "
        + "held bus and \(referenceOnBorder) with the reference on the border")
  }

  @Test(
    "The CIGRE grid with its open ends, as cut and at random",
    arguments: 0...40 as ClosedRange<UInt64>)
  func cigre(seed: UInt64) throws {
    var topology = try Topology.inRepository("cigre-mv")
    if seed > 0 {
      var random = SeededGenerator(seed: seed)
      let count = Int.random(in: 2...6, using: &random)
      topology = topology.cut(
        seed % 2 == 0 ? .connected : .scattered, into: count, using: &random)
    }
    try expectAgreement(of: topology)
  }

  @Test("Grids with everything in them, cut at random", arguments: 1...120 as ClosedRange<UInt64>)
  func randomGrids(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...6, using: &random)
    try expectAgreement(
      of: RandomGrid.make(seed: seed).cut(
        seed % 2 == 0 ? .connected : .scattered, into: count, using: &random))
  }

  /// The same differences as a whole, and the same reports.
  private func expectAgreement(
    of topology: Topology, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let whole = try WholeSolve(topology)
    let joint = try JointSolve(topology)
    let outcome = try joint.solve()
    guard case .solved(let iterations, _) = outcome.verdict else {
      Issue.record("\(outcome.verdict)", sourceLocation: sourceLocation)
      return
    }
    #expect(
      iterations.sorted() == whole.solution.iterations.sorted(), sourceLocation: sourceLocation)
    #expect(
      outcome.roundTrips == (iterations.max() ?? 0) + 1, "n iterations take n + 1 rounds",
      sourceLocation: sourceLocation)
    #expect(
      Set(outcome.voltages.keys) == Set(whole.voltages.keys), "the same buses are dark",
      sourceLocation: sourceLocation)
    let differences = whole.voltages.map { bus, voltage in
      (voltage - (outcome.voltages[bus] ?? .zero)).magnitude
    }
    #expect(
      (differences.max() ?? 0) <= Self.largestDifference_pu, sourceLocation: sourceLocation)

    let report = try PowerFlow(topology).solve().report
    let reports = joint.reports()
    var totals = FlowTotals()
    for part in reports { totals += part.totals }
    let base = topology.power_MVA
    #expect(abs(totals.losses_MW - report.totals.losses_MW) < 1e-7 * base)
    #expect(abs(totals.losses_Mvar - report.totals.losses_Mvar) < 1e-7 * base)
    #expect(abs(totals.load_MW - report.totals.load_MW) < 1e-7 * base)
    #expect(abs(totals.unserved_MW - report.totals.unserved_MW) < 1e-7 * base)
    #expect(abs(totals.import_MW - report.totals.import_MW) < 1e-7 * base)
    #expect(abs(totals.import_Mvar - report.totals.import_Mvar) < 1e-7 * base)
    #expect(abs(totals.generation_MW - report.totals.generation_MW) < 1e-7 * base)
    #expect(abs(totals.generation_Mvar - report.totals.generation_Mvar) < 1e-7 * base)
    #expect(abs(totals.shunt_Mvar - report.totals.shunt_Mvar) < 1e-7 * base)
    #expect(reports.flatMap(\.branches).count == report.branches.count)
    let buses = Dictionary(
      uniqueKeysWithValues: reports.flatMap(\.buses).map { ($0.bus, $0) })
    for bus in report.buses {
      let part = try #require(buses[bus.bus])
      #expect(abs(part.p_MW - bus.p_MW) < 1e-7 * base, "bus \(bus.bus)")
      #expect(abs(part.q_Mvar - bus.q_Mvar) < 1e-7 * base, "bus \(bus.bus)")
      #expect(part.role == bus.role)
    }
  }

  private static func ieee118(seed: UInt64) throws -> Topology {
    var random = SeededGenerator(seed: seed)
    return try Topology.inRepository("ieee118").cut(
      seed % 2 == 0 ? .connected : .scattered, into: 2 + Int(seed / 2) % 7, using: &random)
  }
}
