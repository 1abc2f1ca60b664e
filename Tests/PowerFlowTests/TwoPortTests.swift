import Foundation
import GridModel
import Quantities
import SparseAlgebra
import Testing

@testable import PowerFlow

@Suite("A two-port")
struct TwoPortTests {
  private let base = PowerBase(power_MVA: 100)

  @Test("A line is its series impedance with half its charging at each end")
  func lineIsPi() {
    var line = Line(
      id: "L", from: "a", to: "b", length_km: 10, r_ohm_per_km: 0.1, x_ohm_per_km: 0.4)
    line.c_nF_per_km = 10
    line.parallel = 2
    let port = TwoPort(line, nominalVoltage_kV: 110, base: base, frequency_Hz: 50)
    // One ohm is 100 / 110² pu.
    let series = Complex(1) / (Complex(0.5, 2) * (100.0 / 12_100))
    let half = Complex(0, 2 * .pi * 50 * 10e-9 * 10 * 2 / 2 * 121)
    expect(
      port,
      eliminated(
        [(0, 2, Complex(2) * series), (2, 1, Complex(2) * series), (0, nil, half), (1, nil, half)]))
    #expect(port.shift == 0)
  }

  @Test("A branch's tap and shift stand at its from end")
  func branchWithTapAndShift() {
    let branch = Branch.make(
      "1", "a", "b", r: 0.02, x: 0.3, b: 0.4, tap: 0.95, shift_deg: 30)
    let port = TwoPort(branch)
    // Nothing flows at the to end when V_to = V_from / (tap e^{j30°}) / (1 + z b/2 j).
    let y = Complex(1) / Complex(0.02, 0.3)
    let half = Complex(0, 0.2)
    let inner = Complex.unit(-.pi / 6) / 0.95
    let to = y / (y + half) * inner
    let currents = port.current(from: Complex(1), to: to)
    #expect(currents.to.magnitude < 1e-14)
    // The ideal transformer passes power unchanged.
    let power = inner * ((y + half) * inner - y * to).conjugate
    #expect((port.power(from: Complex(1), to: to).from - power).magnitude < 1e-13)
    #expect(abs(port.shift - .pi / 6) < 1e-15)
  }

  @Test("A transformer is a T of half its impedance, its no-load branch, and the other half")
  func transformerIsT() {
    let unit = sample(clock: 0, tap: nil)
    let port = TwoPort(unit, hv_kV: 110, lv_kV: 20, base: base)
    let r = 0.005
    let z = Complex(r, (0.12 * 0.12 - r * r).squareRoot()) * (100.0 / 25)
    let g = 0.025 / 25
    let magnetising = Complex(g, -(0.01 * 0.01 - g * g).squareRoot()) * 0.25
    let half = Complex(2) / z
    expect(port, eliminated([(0, 2, half), (2, 1, half), (2, nil, magnetising)]))
  }

  @Test("Iron losses and no-load current are what an open transformer takes")
  func noLoadTest() {
    let port = TwoPort(sample(clock: 5, tap: nil), hv_kV: 110, lv_kV: 20, base: base)
      .open(from: true, to: false)
    let power = port.power(from: .zero, to: Complex(1)).to
    // Half the series impedance stands before the no-load branch and takes 0.1 %.
    #expect(abs(base.megawatts(power.real) - 0.025) < 0.025 * 2e-3)
    #expect(abs(base.megawatts(power.magnitude) - 0.25) < 0.25 * 2e-3)
  }

  @Test(
    "The low-voltage side lags by 30 degrees for each hour", arguments: [0, 1, 5, 6, 11])
  func clockTurnsTheAngle(clock: Int) {
    var unit = sample(clock: clock, tap: nil)
    unit.ironLoss_kW = 0
    unit.noLoad_pct = 0
    let port = TwoPort(unit, hv_kV: 110, lv_kV: 20, base: base)
    let lagging = Complex.unit(-Double(clock) * .pi / 6)
    #expect(port.current(from: Complex(1), to: lagging).to.magnitude < 1e-12)
    #expect(port.current(from: Complex(1), to: lagging).from.magnitude < 1e-12)
    #expect(
      port.current(from: Complex(1), to: lagging.conjugate).to.magnitude > 0.1 || clock % 6 == 0)
  }

  @Test(
    "A tap scales its own winding: up on the high side lowers the low side, and the reverse",
    arguments: [Transformer.TapChanger.Side.hv, .lv])
  func tapSide(side: Transformer.TapChanger.Side) {
    var unit = sample(
      clock: 0,
      tap: .init(side: side, neutral: 1, min: -5, max: 5, step_pct: 2.5, position: 3))
    unit.ironLoss_kW = 0
    unit.noLoad_pct = 0
    let port = TwoPort(unit, hv_kV: 110, lv_kV: 20, base: base)
    let noLoad = -(port.toFrom / port.toTo)
    #expect((noLoad - Complex(side == .hv ? 1 / 1.05 : 1.05)).magnitude < 1e-12)
    // The impedance in per cent belongs to the winding as it is tapped.
    let z = Complex(1) / port.toTo
    #expect(abs(z.magnitude - 0.48 * (side == .hv ? 1 : 1.05 * 1.05)) < 1e-12)
  }

  @Test("Rated voltages that are not the buses' count as a ratio and as a base")
  func ratedVoltages() {
    var unit = sample(clock: 0, tap: nil)
    unit.ironLoss_kW = 0
    unit.noLoad_pct = 0
    unit.vHv_kV = 115
    unit.vLv_kV = 21
    let port = TwoPort(unit, hv_kV: 110, lv_kV: 20, base: base)
    #expect((-(port.toFrom / port.toTo) - Complex(110.0 / 115 * 21 / 20)).magnitude < 1e-12)
    #expect(abs((Complex(1) / port.toTo).magnitude - 0.48 * 1.05 * 1.05) < 1e-12)
  }

  @Test("An open end is a bus without load", arguments: [Switch.End.from, .to])
  func openEndIsABusWithoutLoad(end: Switch.End) {
    let branch = Branch.make("1", "a", "b", r: 0.02, x: 0.3, b: 0.4, tap: 0.95, shift_deg: 30)
    let unit = TwoPort(sample(clock: 11, tap: nil), hv_kV: 110, lv_kV: 20, base: base)
    for port in [TwoPort(branch), unit] {
      let open = port.open(from: end == .from, to: end == .to)
      let live = Complex(1.02, -0.1)
      if end == .to {
        let floating = -(port.toFrom * live / port.toTo)
        let expected = port.current(from: live, to: floating)
        #expect(expected.to.magnitude < 1e-14)
        #expect((open.current(from: live, to: .zero).from - expected.from).magnitude < 1e-13)
        #expect(open.current(from: live, to: Complex(9)).to == .zero)
      } else {
        let floating = -(port.fromTo * live / port.fromFrom)
        let expected = port.current(from: floating, to: live)
        #expect(expected.from.magnitude < 1e-14)
        #expect((open.current(from: .zero, to: live).to - expected.to).magnitude < 1e-13)
        #expect(open.current(from: Complex(9), to: live).from == .zero)
      }
    }
  }

  @Test("With both ends open nothing is left")
  func bothEndsOpen() {
    let port = TwoPort(Branch.make("1", "a", "b", b: 0.4)).open(from: true, to: true)
    let currents = port.current(from: Complex(1), to: Complex(0.5))
    #expect(currents.from == .zero && currents.to == .zero)
  }

  private func sample(clock: Int, tap: Transformer.TapChanger?) -> Transformer {
    var unit = Transformer(
      id: "T", hv: "a", lv: "b", rating_MVA: 25, vHv_kV: 110, vLv_kV: 20, vk_pct: 12, vkr_pct: 0.5)
    unit.ironLoss_kW = 25
    unit.noLoad_pct = 1
    unit.clock = clock
    unit.tap = tap
    return unit
  }

  /// Terminals 0 and 1 with node 2 between them eliminated; `nil` is ground.
  private func eliminated(_ parts: [(Int, Int?, Complex)]) -> [[Complex]] {
    var y = [[Complex]](repeating: [.zero, .zero, .zero], count: 3)
    for (a, b, admittance) in parts {
      y[a][a] += admittance
      guard let b else { continue }
      y[b][b] += admittance
      y[a][b] -= admittance
      y[b][a] -= admittance
    }
    return [0, 1].map { i in [0, 1].map { j in y[i][j] - y[i][2] * y[2][j] / y[2][2] } }
  }

  private func expect(
    _ port: TwoPort, _ y: [[Complex]], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let entries = [[port.fromFrom, port.fromTo], [port.toFrom, port.toTo]]
    for i in 0..<2 {
      for j in 0..<2 {
        #expect(
          (entries[i][j] - y[i][j]).magnitude < 1e-12 * max(1, y[i][j].magnitude),
          sourceLocation: sourceLocation)
      }
    }
  }
}
