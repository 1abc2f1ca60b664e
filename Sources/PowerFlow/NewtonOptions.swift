/// When Newton's method stops.
public struct NewtonOptions: Sendable, Equatable, Codable {
  /// The largest power mismatch of a solved grid, in per unit.
  public var tolerance_pu = 1e-10
  /// The tolerance for a network: rounding alone leaves about this much at a row whose admittances
  /// sum to `stiffness` per unit, and no iteration removes it.
  func tolerance_pu(stiffness: Double) -> Double { max(tolerance_pu, 16 * .ulpOfOne * stiffness) }

  /// Newton's method doubles its digits at each step near a solution; a start from which it is not
  /// there after this many is taken to have none.
  public var maxIterations = 30
  /// A mismatch in per unit beyond which there is no way back.
  static let hopeless_pu = 1e12

  public init() {}
}
