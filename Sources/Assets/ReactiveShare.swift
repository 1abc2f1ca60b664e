/// The reactive power that follows a plant's active power at a fixed ratio.
struct ReactiveShare: Sendable {
  /// Mvar for each MW, positive injecting.
  let ratio: Double

  /// A power factor fixes the ratio, positive injecting; otherwise the powers as written do, or,
  /// when no active power is written, the reactive power as written at the plant's peak.
  init(powerFactor: Double?, p_MW: Double, q_Mvar: Double, peak_MW: Double) {
    if let powerFactor, powerFactor != 0 {
      // The tangent of the angle whose cosine is the power factor.
      ratio = (1 - powerFactor * powerFactor).squareRoot() / powerFactor
    } else {
      let whole = p_MW != 0 ? p_MW : peak_MW
      ratio = whole != 0 ? q_Mvar / whole : 0
    }
  }

  func q_Mvar(at p_MW: Double) -> Double { p_MW * ratio }
}
