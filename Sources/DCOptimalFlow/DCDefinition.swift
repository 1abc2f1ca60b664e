/// What counts as the DC approximation of a grid. The two in use differ in the objective's first digits,
/// so every result names its own.
public enum DCDefinition: String, Sendable, Codable, CaseIterable {
  /// Susceptance 1 / (x tap), phase shifts, angle limits where a branch has them.
  ///
  /// Source: R. D. Zimmerman, C. E. Murillo-Sánchez, *MATPOWER User's Manual*, sections 3.7 and 6.1,
  /// with `makeBdc` and `makeAang` of MATPOWER 8.
  case matpower
  /// Susceptance x / (r² + x²), taps and shifts ignored, and every branch's angle limited, to at most
  /// 60 degrees.
  ///
  /// Source: C. Coffrin et al., "PowerModels.jl: an open-source framework for exploring power flow
  /// formulations", PSCC 2018, `DCPPowerModel`, in which PGLib-OPF's DC figures are.
  case pglib
}
