/// The door between physical units and per unit: a common base power for the whole network.
///
/// Voltages are based on each bus's nominal voltage. Inside the numeric modules every value is in
/// per unit and every angle in radians; a value passes through here once on its way in and once on
/// its way out.
public struct PowerBase: Sendable, Hashable, Codable {
  /// The base power, three-phase.
  public let power_MVA: Double

  public init(power_MVA: Double) {
    precondition(power_MVA > 0, "A base power is positive.")
    self.power_MVA = power_MVA
  }

  /// The per-unit value of an active, reactive or apparent power in MW, Mvar or MVA.
  public func perUnit(power megawatts: Double) -> Double { megawatts / power_MVA }

  /// The active, reactive or apparent power in MW, Mvar or MVA of a per-unit value.
  public func megawatts(_ perUnit: Double) -> Double { perUnit * power_MVA }

  /// The base impedance in ohm at a nominal line-to-line voltage, Z = V² / S.
  public func impedance_ohm(at nominalVoltage_kV: Double) -> Double {
    nominalVoltage_kV * nominalVoltage_kV / power_MVA
  }

  /// The base current in kA at a nominal line-to-line voltage, I = S / (√3 V).
  public func current_kA(at nominalVoltage_kV: Double) -> Double {
    power_MVA / (3.0.squareRoot() * nominalVoltage_kV)
  }
}
