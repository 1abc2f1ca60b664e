import Foundation
import GridModel
import PowerFlow
import Testing

@Suite("Two buses, solved on paper")
struct TwoBusTests {
  /// A stiff source, a branch r + jx, and something at the far end.
  private func grid(r: Double, x: Double) -> Topology {
    var topology = Topology.make(buses: ["1", "2"])
    topology.sources = [.make("grid", at: "1")]
    topology.branches = [.make("12", "1", "2", r: r, x: x)]
    return topology
  }

  @Test("A load of constant power", arguments: [(0.0, 0.2), (0.05, 0.1), (0.1, 0.0)])
  func constantPower(r: Double, x: Double) throws {
    var topology = grid(r: r, x: x)
    topology.loads = [.make("L", at: "2", 60, 30)]
    let bus = try PowerFlow(topology).solve().report.buses[1]
    // V⁴ + V² (2 (PR + QX) - 1) + (P² + Q²) |Z|² = 0, the upper root.
    let (p, q) = (0.6, 0.3)
    let half = 0.5 - (p * r + q * x)
    let square = half + (half * half - (p * p + q * q) * (r * r + x * x)).squareRoot()
    #expect(abs(bus.v_pu! - square.squareRoot()) < 1e-9)
    let angle = -asin((p * x - q * r) / bus.v_pu!) * 180 / .pi
    #expect(abs(bus.angle_deg! - angle) < 1e-7)
    #expect(abs(bus.p_MW + 60) < 1e-9 && abs(bus.q_Mvar + 30) < 1e-9)
  }

  @Test("A load of constant current")
  func constantCurrent() throws {
    var topology = grid(r: 0, x: 0.5)
    var load = Load.make("L", at: "2", 80, 0)
    load.zip = .init(
      p: .init(impedance: 0, current: 1, power: 0), q: .init(impedance: 0, current: 1, power: 0))
    topology.loads = [load]
    let flow = try PowerFlow(topology).solve()
    // I V = V sin δ / x, and no reactive power: V = cos δ.
    let sine = 0.8 * 0.5
    #expect(abs(flow.report.buses[1].v_pu! - (1 - sine * sine).squareRoot()) < 1e-9)
    #expect(abs(flow.report.buses[1].angle_deg! + asin(sine) * 180 / .pi) < 1e-7)
    #expect(abs(flow.report.totals.load_MW - 80 * flow.report.buses[1].v_pu!) < 1e-7)
  }

  @Test("A load of constant impedance is a voltage divider", arguments: [100, 180])
  func constantImpedance(load_MW: Double) throws {
    let bus = try PowerFlow(divider(load_MW)).solve().report.buses[1]
    // 1 / (1 + j x P)
    let reactance = 0.5 * load_MW / 100
    #expect(abs(bus.v_pu! - 1 / (1 + reactance * reactance).squareRoot()) < 1e-9)
    #expect(abs(bus.angle_deg! + atan(reactance) * 180 / .pi) < 1e-7)
  }

  @Test("A voltage of zero also meets the powers of a constant impedance, and is no answer")
  func zeroVoltageIsNoAnswer() throws {
    withKnownIssue("The root is not yet followed from no load; a flat start ends at zero here.") {
      let bus = try PowerFlow(divider(1_000)).solve().report.buses[1]
      #expect(abs(bus.v_pu! - 1 / 26.0.squareRoot()) < 1e-9)
    }
  }

  private func divider(_ load_MW: Double) -> Topology {
    var topology = grid(r: 0, x: 0.5)
    var load = Load.make("L", at: "2", load_MW, 0)
    load.zip = .init(
      p: .init(impedance: 1, current: 0, power: 0), q: .init(impedance: 1, current: 0, power: 0))
    topology.loads = [load]
    return topology
  }

  @Test("A generator that holds its voltage")
  func heldVoltage() throws {
    var topology = grid(r: 0, x: 0.2)
    topology.generators = [.make("G", at: "2", p_MW: 100, v_pu: 1.05)]
    let report = try PowerFlow(topology).solve().report
    let sine = 0.2 / 1.05
    #expect(report.buses[1].v_pu == 1.05)
    #expect(abs(report.buses[1].angle_deg! - asin(sine) * 180 / .pi) < 1e-7)
    let reactive = (1.05 * 1.05 - 1.05 * (1 - sine * sine).squareRoot()) / 0.2 * 100
    #expect(abs(report.buses[1].q_Mvar - reactive) < 1e-7)
    #expect(abs(report.totals.import_MW + 100) < 1e-7)
  }

  @Test("Beyond the most that a line can carry there is no solution, just below there is")
  func mostThatALineCarries() throws {
    var topology = grid(r: 0, x: 0.5)
    topology.loads = [.make("L", at: "2", 99.9, 0)]
    let bus = try PowerFlow(topology).solve().report.buses[1]
    #expect(abs(bus.v_pu! - (0.5 + (0.25 - 0.4995 * 0.4995).squareRoot()).squareRoot()) < 1e-7)

    topology.loads = [.make("L", at: "2", 100.1, 0)]
    let failure = #expect(throws: PowerFlowError.self) { _ = try PowerFlow(topology).solve() }
    guard case .notConverged(let islands) = failure else { return }
    #expect(islands.map(\.island) == [1])
    #expect(islands.map(\.reference) == ["1"])
    #expect(islands.map(\.worstBus) == ["2"])
    #expect(islands[0].mismatch_MVA > 0.01)
  }

  @Test("Without any load the voltage is the source's, at no iteration")
  func nothingToSolve() throws {
    var topology = grid(r: 0.1, x: 0.1)
    topology.branches[0].shift_deg = 30
    let flow = try PowerFlow(topology).solve()
    #expect(flow.iterations == 0)
    #expect(abs(flow.report.buses[1].angle_deg! + 30) < 1e-12)
  }
}
