/// The reactive power that follows a plant's active power at a fixed ratio.
struct ReactiveShare: Sendable {
  /// Mvar for each MW, positive injecting.
  let ratio: Double

  /// A fixed ratio if there is one; otherwise that of the powers as written, or, when no active
  /// power is written, of the reactive power as written to the plant's peak.
  init(fixedRatio: Double?, p_MW: Double, q_Mvar: Double, peak_MW: Double) {
    let whole = p_MW != 0 ? p_MW : peak_MW
    ratio = fixedRatio ?? (whole != 0 ? q_Mvar / whole : 0)
  }

  func q_Mvar(at p_MW: Double) -> Double { p_MW * ratio }
}
