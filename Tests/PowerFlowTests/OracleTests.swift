import GridModel
import SparseAlgebra
import Testing

@testable import PowerFlow

@Suite("A power flow, held against a plain dense one")
struct OracleTests {
  static let seeds: ClosedRange<UInt64> = 1...150

  @Test("Every bus has the same voltage, and the same buses are dark", arguments: seeds)
  func sameVoltages(seed: UInt64) throws {
    let topology = RandomGrid.make(seed: seed)
    let naive = try NaivePowerFlow(topology)
    let flow = try PowerFlow(topology).solve()
    for bus in flow.report.buses {
      guard let v = bus.v_pu, let angle = bus.angle_deg else {
        #expect(naive.voltages[bus.bus] == nil, "\(bus.bus) is dark")
        continue
      }
      let expected = try #require(naive.voltages[bus.bus], "\(bus.bus) is energised")
      let distance = (Complex.unit(angle * .pi / 180) * v - expected).magnitude
      #expect(distance < 1e-9, "bus \(bus.bus)")
    }
  }

  @Test("The power that comes in is the power that is used and lost", arguments: seeds)
  func powerBalances(seed: UInt64) throws {
    let topology = RandomGrid.make(seed: seed)
    let totals = try PowerFlow(topology).solve().report.totals
    let active =
      totals.generation_MW + totals.storage_MW + totals.import_MW
      - totals.load_MW - totals.shunt_MW - totals.losses_MW
    let reactive =
      totals.generation_Mvar + totals.storage_Mvar + totals.import_Mvar + totals.shunt_Mvar
      - totals.load_Mvar - totals.losses_Mvar
    #expect(abs(active) < 1e-9 * topology.power_MVA)
    #expect(abs(reactive) < 1e-9 * topology.power_MVA)
  }

  @Test("What a bus injects leaves through its branches and shunts", arguments: seeds)
  func everyBusBalances(seed: UInt64) throws {
    let topology = RandomGrid.make(seed: seed)
    let report = try PowerFlow(topology).solve().report
    let fusion = topology.fusedBuses()
    var rest: [Bus.ID: Complex] = [:]
    var square: [Bus.ID: Double] = [:]
    for bus in report.buses {
      rest[fusion.representative(of: bus.bus)!, default: .zero] += Complex(bus.p_MW, bus.q_Mvar)
      square[bus.bus] = (bus.v_pu ?? 0) * (bus.v_pu ?? 0)
    }
    for branch in report.branches {
      rest[fusion.representative(of: branch.from)!]! -= Complex(branch.pFrom_MW, branch.qFrom_Mvar)
      rest[fusion.representative(of: branch.to)!]! -= Complex(branch.pTo_MW, branch.qTo_Mvar)
    }
    for shunt in topology.shunts where shunt.inService {
      rest[fusion.representative(of: shunt.bus)!]! -=
        Complex(shunt.g_MW, -shunt.b_Mvar) * square[shunt.bus]!
    }
    for (bus, power) in rest {
      #expect(power.magnitude < 1e-9 * topology.power_MVA, "around bus \(bus): \(power)")
    }
  }

  @Test("Dark load is unserved, the rest is served")
  func darkLoadIsUnserved() throws {
    var topology = Topology.make(buses: ["a", "b", "dark"])
    topology.sources = [.make("grid", at: "a")]
    topology.branches = [.make("1", "a", "b")]
    topology.loads = [.make("L", at: "b", 10, 2), .make("D", at: "dark", 7, 1)]
    let report = try PowerFlow(topology).solve().report
    #expect(report.totals.unserved_MW == 7)
    #expect(report.totals.load_MW == 10)
    #expect(report.buses[2].v_pu == nil)
    #expect(!report.buses[2].isEnergised)
    #expect(report.buses[2].role == "dark")
  }

  @Test("The random grids hold every situation that they are for")
  func theSampleIsRich() throws {
    let grids = Self.seeds.map { RandomGrid.make(seed: $0) }
    func count(_ isSuch: (Topology) -> Bool) -> Int { grids.filter(isSuch).count }
    #expect(count { $0.buses.count <= 8 } > 5)
    #expect(count { $0.buses.count >= 25 } > 5)
    #expect(count { Network($0).topology.busesWithSource().isEmpty } == 0)
    #expect(count { grid in grid.switches.contains { $0.closed } } > 30)
    #expect(count { grid in grid.branches.contains { $0.shift_deg != 0 } } > 30)
    #expect(count { grid in grid.transformers.contains { $0.noLoad_pct > 0 } } > 30)
    #expect(count { $0.generators.contains { $0.holdsVoltage && $0.slackWeight == 0 } } > 30)
    #expect(count { !$0.shunts.isEmpty } > 30)
    let reports = try grids.map { try PowerFlow($0).solve() }
    #expect(reports.filter { $0.islandCount > 1 }.count > 30)
    #expect(reports.filter { $0.report.buses.contains { !$0.isEnergised } }.count > 30)
    #expect(reports.filter { $0.report.totals.unserved_MW > 0 }.count > 10)
    let openEnds = reports.filter { flow in
      flow.report.branches.contains { $0.isEnergised && $0.pTo_MW == 0 && $0.pFrom_MW != 0 }
    }
    #expect(openEnds.count > 20)
  }
}
