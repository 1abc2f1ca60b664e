/// What a wind turbine makes of a wind speed, as a share of its rating.
///
///     P / Pʳ = (v³ - vⁱ³) / (vʳ³ - vⁱ³)
///
/// between cut-in vⁱ and rated speed vʳ, then all of it up to cut-out. The speeds are those of a
/// common pitch-controlled machine of the megawatt class.
///
/// Source: B. S. Borowy and Z. M. Salameh, "Methodology for optimally sizing the combination of a
/// battery bank and PV array in a wind/PV hybrid system", IEEE Trans. Energy Conversion 11, 1996.
enum WindPowerCurve {
  static let cutIn_m_per_s = 3.0
  static let rated_m_per_s = 12.0
  static let cutOut_m_per_s = 25.0

  static func share(at speed_m_per_s: Double) -> Double {
    guard speed_m_per_s > cutIn_m_per_s, speed_m_per_s < cutOut_m_per_s else { return 0 }
    guard speed_m_per_s < rated_m_per_s else { return 1 }
    return (cube(speed_m_per_s) - cube(cutIn_m_per_s)) / (cube(rated_m_per_s) - cube(cutIn_m_per_s))
  }

  private static func cube(_ x: Double) -> Double { x * x * x }
}
