import GridModel
import Quantities
import SparseAlgebra

/// A branch element as its two terminals see it: I = Y V, per unit, current into the branch.
package struct TwoPort: Sendable, Equatable {
  package var fromFrom = Complex.zero
  package var fromTo = Complex.zero
  package var toFrom = Complex.zero
  package var toTo = Complex.zero
  /// The angle in radians by which the to end lags at no load; where a flat start puts it.
  package var shift = 0.0

  /// A series admittance with a shunt at each side behind an ideal transformer at the from end,
  /// V'from = Vfrom / (tap e^{j shift}).
  ///
  /// Source: R. D. Zimmerman, C. E. Murillo-Sánchez, *MATPOWER User's Manual*, section 3.2.
  package init(
    series: Complex, shuntFrom: Complex, shuntTo: Complex, tap: Double = 1, shift: Double = 0
  ) {
    let ratio = Complex(tap * cosine(shift), tap * sine(shift))
    fromFrom = (series + shuntFrom) / (tap * tap)
    fromTo = -series / ratio.conjugate
    toFrom = -series / ratio
    toTo = series + shuntTo
    self.shift = shift
  }

  /// The same element with one end open: that end carries no current and floats, and the element
  /// hangs charged on the other end (Kron reduction).
  package func open(from: Bool, to: Bool) -> TwoPort {
    var port = TwoPort()
    switch (from, to) {
    case (false, false): return self
    case (true, true): break
    case (false, true): port.fromFrom = fromFrom - fromTo * toFrom / toTo
    case (true, false): port.toTo = toTo - toFrom * fromTo / fromFrom
    }
    return port
  }

  private init() {}

  /// Power into each end, S = V conj(I), at complex voltages in per unit.
  package func power(from: Complex, to: Complex) -> (from: Complex, to: Complex) {
    let currents = current(from: from, to: to)
    return (from * currents.from.conjugate, to * currents.to.conjugate)
  }

  /// Current into each end.
  package func current(from: Complex, to: Complex) -> (from: Complex, to: Complex) {
    (fromFrom * from + fromTo * to, toFrom * from + toTo * to)
  }
}

extension TwoPort {
  /// A line or cable: series impedance and half its capacitance at each end, based on the nominal
  /// voltage of its from end.
  package init(_ line: Line, nominalVoltage_kV: Double, base: PowerBase, frequency_Hz: Double) {
    let impedance = base.impedance_ohm(at: nominalVoltage_kV)
    let parallel = Double(line.parallel)
    let z =
      Complex(line.r_ohm_per_km, line.x_ohm_per_km) * (line.length_km / parallel / impedance)
    let charging =
      2 * Double.pi * frequency_Hz * line.c_nF_per_km * 1e-9 * line.length_km * parallel
      * impedance
    let half = Complex(0, charging / 2)
    self.init(series: Complex(1) / z, shuntFrom: half, shuntTo: half)
  }

  /// A branch in MATPOWER's direct form.
  package init(_ branch: Branch) {
    let half = Complex(0, branch.b_pu / 2)
    self.init(
      series: Complex(1) / Complex(branch.r_pu, branch.x_pu), shuntFrom: half, shuntTo: half,
      tap: branch.tap, shift: branch.shift_deg.radiansFromDegrees)
  }

  /// A two-winding transformer: its short-circuit impedance in two halves with the magnetising
  /// admittance between them (T model), reduced to its terminals, all on the low-voltage side.
  ///
  /// Source: equivalent circuit of IEC 60909-0:2016, section 6.3, with the no-load branch added.
  package init(_ unit: Transformer, hv_kV: Double, lv_kV: Double, base: PowerBase) {
    let factor = unit.tap?.factor ?? 1
    let ratedHv = unit.vHv_kV * (unit.tap?.side == .hv ? factor : 1)
    let ratedLv = unit.vLv_kV * (unit.tap?.side == .lv ? factor : 1)
    let parallel = Double(unit.parallel)
    let rating = unit.rating_MVA * parallel
    // From the unit's own base to the bus's: rated voltage over nominal voltage, squared.
    let rebase = (ratedLv / lv_kV) * (ratedLv / lv_kV) * base.power_MVA / rating
    let resistance = unit.vkr_pct / 100
    let reactance = max(0, unit.vk_pct * unit.vk_pct / 1e4 - resistance * resistance).squareRoot()
    let z = Complex(resistance, reactance) * rebase

    let conductance = unit.ironLoss_kW * 1e-3 * parallel / rating
    let noLoad = unit.noLoad_pct / 100
    let susceptance = -max(0, noLoad * noLoad - conductance * conductance).squareRoot()
    let magnetising = Complex(conductance, susceptance) / rebase

    let tap = ratedHv / hv_kV * (lv_kV / ratedLv)
    let shift = (Double(unit.clock) * 30).radiansFromDegrees
    // Star to delta with the magnetising branch in the middle: series 1/(z + z² y / 4), and half
    // the rest at each side.
    let series = Complex(1) / (z + z * z * magnetising * 0.25)
    let side = magnetising / (Complex(2) + z * magnetising * 0.5)
    self.init(series: series, shuntFrom: side, shuntTo: side, tap: tap, shift: shift)
  }
}
