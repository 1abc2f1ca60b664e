import GridModel
import SeededRandom
import SparseAlgebra
import Testing

@testable import PowerFlow

@Suite("The Newton equations")
struct JacobianTests {
  static let seeds: ClosedRange<UInt64> = 1...25

  @Test(
    "The Jacobian is the derivative of the mismatch, voltage-dependent loads included",
    arguments: seeds)
  func jacobianIsTheDerivative(seed: UInt64) throws {
    let (network, injections, rows, voltages) = try prepare(seed)
    let unknowns = unknowns(of: rows)
    let system = try NewtonSystem(
      admittance: network.admittance, roles: rows.roles, border: Array(0..<network.rowCount))
    #expect(system.interiorCount == 0)
    #expect(system.borderCount == unknowns.count)
    system.evaluate(at: voltages, injections: injections)
    let jacobian = try system.eliminate(choosingPivots: true).schur

    let h = 1e-6
    for (column, unknown) in unknowns.enumerated() {
      var (ahead, behind) = (voltages, voltages)
      ahead[keyPath: unknown.path][unknown.row] += h
      behind[keyPath: unknown.path][unknown.row] -= h
      system.evaluate(at: ahead, injections: injections)
      let high = system.borderMismatch
      system.evaluate(at: behind, injections: injections)
      let low = system.borderMismatch
      for row in unknowns.indices {
        let expected = (high[row] - low[row]) / (2 * h)
        let entry = jacobian[column * unknowns.count + row]
        #expect(abs(entry - expected) < 1e-6 * max(1, abs(expected)))
      }
    }
  }

  @Test("The mismatch is the power that flows out less what is specified", arguments: seeds)
  func mismatchIsPower(seed: UInt64) throws {
    let (network, injections, rows, voltages) = try prepare(seed)
    let system = try NewtonSystem(
      admittance: network.admittance, roles: rows.roles, border: Array(0..<network.rowCount))
    system.evaluate(at: voltages, injections: injections)
    // Branch by branch, in complex numbers.
    let v = voltages.phasors
    var out = zip(v, network.shunts).map { $0 * ($1 * $0).conjugate }
    for branch in network.branches {
      let from = branch.isFromClosed ? branch.fromRow : nil
      let to = branch.isToClosed ? branch.toRow : nil
      let power = branch.port.power(
        from: from.map { v[$0] } ?? .zero, to: to.map { v[$0] } ?? .zero)
      if let from { out[from] += power.from }
      if let to { out[to] += power.to }
    }
    for (position, unknown) in unknowns(of: rows).enumerated() {
      let row = unknown.row
      let magnitude = voltages.magnitude[row]
      let expected =
        unknown.path == \.angle
        ? out[row].real - injections.active[row].value(at: magnitude)
        : out[row].imaginary - injections.reactive[row].value(at: magnitude)
      #expect(abs(system.borderMismatch[position] - expected) < 1e-9 * max(1, abs(expected)))
    }
  }

  @Test("Eliminating an interior gives the step of the whole", arguments: seeds)
  func eliminationGivesTheSameStep(seed: UInt64) throws {
    let (network, injections, rows, voltages) = try prepare(seed)
    var random = SeededGenerator(seed: seed)
    let border = (0..<network.rowCount).filter { _ in Bool.random(using: &random) }
    let whole = try NewtonSystem(admittance: network.admittance, roles: rows.roles, border: [])
    let torn = try NewtonSystem(admittance: network.admittance, roles: rows.roles, border: border)
    var direct = voltages
    whole.evaluate(at: voltages, injections: injections)
    _ = try whole.eliminate(choosingPivots: true)
    whole.step(&direct, borderStep: []) { _ in true }

    var joined = voltages
    torn.evaluate(at: voltages, injections: injections)
    let (schur, reduced) = try torn.eliminate(choosingPivots: true)
    let dense = (0..<torn.borderCount).map { row in
      (0..<torn.borderCount).map { schur[$0 * torn.borderCount + row] }
    }
    torn.step(&joined, borderStep: solveDense(dense, reduced)) { _ in true }
    for row in 0..<network.rowCount {
      let size = max(1, abs(direct.angle[row]), abs(direct.magnitude[row]))
      #expect(abs(direct.angle[row] - joined.angle[row]) < 1e-8 * size)
      #expect(abs(direct.magnitude[row] - joined.magnitude[row]) < 1e-8 * size)
    }
  }

  @Test("A mismatch that is not a number is the worst, wherever it stands", arguments: 0..<4)
  func notANumberIsWorst(position: Int) throws {
    var topology = Topology.make(buses: ["0", "1", "2", "3", "4"])
    topology.sources = [.make("grid", at: "0")]
    topology.branches = (1...4).map { .make(.init("\($0)"), .init("\($0 - 1)"), .init("\($0)")) }
    let network = Network(topology)
    var injections = Injections(OperatingPoint(asWrittenIn: topology), on: network)
    injections.active[position + 1].constant = .nan
    let system = try NewtonSystem(
      admittance: network.admittance, roles: [.reference, .free, .free, .free, .free], border: [])
    system.evaluate(at: Voltages(flatWithRowCount: 5), injections: injections)
    let worst = system.interiorResiduals(
      islandOfRow: [Int?](repeating: 0, count: 5), islandCount: 1)[0]
    #expect(worst.mismatch.isNaN)
    #expect(worst.row == position + 1)
  }

  private typealias Unknown = (row: Int, path: WritableKeyPath<Voltages, [Double]>)

  private func unknowns(of rows: RowPlan) -> [Unknown] {
    rows.roles.enumerated().flatMap { row, role -> [Unknown] in
      switch role {
      case .free: [(row, \.angle), (row, \.magnitude)]
      case .voltageHeld: [(row, \.angle)]
      case .reference, .dark: []
      }
    }
  }

  /// A random grid at voltages that solve nothing.
  private func prepare(
    _ seed: UInt64
  ) throws -> (network: Network, injections: Injections, rows: RowPlan, voltages: Voltages) {
    let topology = RandomGrid.make(seed: seed)
    let network = Network(topology)
    let injections = Injections(OperatingPoint(asWrittenIn: topology), on: network)
    let start = StartVoltages.make(for: network)
    let structure = NetworkStructure(of: network, border: [], start: start, injections: injections)
    let plan = IslandPlan(joining: [structure])
    let rows = RowPlan(
      network, islandOfComponent: plan.islandOfComponent[0], islandCount: plan.islands.count,
      references: plan.references, held: injections.heldMagnitude)
    var random = SeededGenerator(seed: seed)
    var voltages = start
    for row in 0..<network.rowCount {
      voltages.magnitude[row] = Double.random(in: 0.9...1.1, using: &random)
      voltages.angle[row] += Double.random(in: -0.1...0.1, using: &random)
    }
    return (network, injections, rows, voltages)
  }
}
