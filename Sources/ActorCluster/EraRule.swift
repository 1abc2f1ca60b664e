/// Which eras a method may be called from.
public enum EraRule: Sendable {
  /// The caller's era must be this node's: anything that acts.
  case current
  /// Any era: joining, asking for the state of things.
  case any
  /// A greater era becomes this node's before the method runs; a smaller one is refused.
  case raises

  /// Decides about a call from `era` on a node in `current`.
  func admits(_ era: Int64, current: Int64) -> Bool {
    switch self {
    case .current: era == current
    case .any: true
    case .raises: era >= current
    }
  }
}
