import GridModel
import Testing

@testable import PowerFlow

@Suite("A grid without a solution")
struct FailureTests {
  /// Islands of a source, a line and a load, of which some ask for more than the line carries.
  static func islands(_ loads_MW: [Double]) -> Topology {
    var topology = Topology(name: "islands")
    for (number, load) in loads_MW.enumerated() {
      let (near, far) = (Bus.ID("near\(number)"), Bus.ID("far\(number)"))
      topology.buses += [near, far].map { Bus(id: $0, nominalVoltage_kV: 110) }
      topology.sources.append(.make(.init("s\(number)"), at: near))
      topology.branches.append(.make(.init("\(number)"), near, far, r: 0, x: 0.5))
      topology.loads.append(.make(.init("\(number)"), at: far, load, 0))
    }
    return topology
  }

  @Test("Names the islands that fail and only those")
  func namesFailingIslands() throws {
    let topology = Self.islands([50, 120, 80, 400])
    let error = #expect(throws: PowerFlowError.self) { _ = try PowerFlow(topology).solve() }
    guard case .notConverged(let failures) = error else { return }
    #expect(failures.map(\.island) == [2, 4])
    #expect(failures.map(\.reference) == ["near1", "near3"])
    #expect(failures.map(\.worstBus) == ["far1", "far3"])
    #expect(try PowerFlow(Self.islands([50, 80])).solve().islandCount == 2)
  }

  @Test("Fails alone as it fails beside others")
  func failsAloneTheSame() throws {
    func failures(_ loads_MW: [Double]) -> [IslandFailure] {
      do {
        _ = try PowerFlow(Self.islands(loads_MW)).solve()
        return []
      } catch {
        switch error {
        case .notConverged(let failures): return failures
        }
      }
    }
    var alone = failures([101])
    var beside = failures([99, 101])
    #expect(alone.count == 1 && beside.count == 1)
    beside[0].island = 1
    alone[0].reference = "near1"
    alone[0].worstBus = "far1"
    #expect(alone == beside)
  }

  @Test("Says in a sentence which bus is worst and by how much")
  func describesItself() {
    let failure = IslandFailure(
      island: 2, reference: "a", iterations: 7, worstBus: "b", mismatch_MVA: 12.34567)
    #expect(
      PowerFlowError.notConverged([failure]).description
        == "island 2 (held by bus a) has no solution that Newton's method finds: after 7 "
        + "iterations bus b is worst, off by 12.346 MVA")
  }

  @Test("A power that is not a number is an error, never a solution")
  func notANumberIsAnError() {
    var topology = Self.islands([50, 50])
    topology.loads[0].p_MW = .nan
    let error = #expect(throws: PowerFlowError.self) { _ = try PowerFlow(topology).solve() }
    guard case .notConverged(let failures) = error else { return }
    #expect(failures.map(\.island) == [1])
    #expect(failures.map(\.worstBus) == ["far0"])
  }

  @Test("Ten times the load of the CIGRE grid has no solution")
  func tenfoldLoad() throws {
    var topology = try Topology.inRepository("cigre-mv")
    for position in topology.loads.indices {
      topology.loads[position].p_MW *= 10
      topology.loads[position].q_Mvar *= 10
    }
    #expect(throws: PowerFlowError.self) { _ = try PowerFlow(topology).solve() }
  }

  @Test("Iterations are limited")
  func iterationsAreLimited() throws {
    var options = NewtonOptions()
    options.maxIterations = 1
    let topology = try Topology.inRepository("ieee118")
    let error = #expect(throws: PowerFlowError.self) { _ = try PowerFlow(topology).solve(options) }
    guard case .notConverged(let failures) = error else { return }
    #expect(failures.map(\.iterations) == [1])
    options.maxIterations = 8
    #expect(try PowerFlow(topology).solve(options).iterations <= 8)
  }
}
