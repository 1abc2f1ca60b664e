/// What is unknown at a row of the network.
package enum RowRole: UInt8, Sendable, Equatable, Codable {
  /// Magnitude and angle are held: nothing is unknown.
  case reference
  /// The magnitude is held (a PV bus): the angle is unknown.
  case voltageHeld
  /// Power is specified (a PQ bus): angle and magnitude are unknown.
  case free
  /// No source reaches the row: it takes no part in the solve.
  case dark

  package var unknownCount: Int {
    switch self {
    case .reference, .dark: 0
    case .voltageHeld: 1
    case .free: 2
    }
  }
}
