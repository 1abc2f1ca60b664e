/// Tells from its residuals whether an iteration is near its end.
///
/// A small residual alone tells nothing: a slow iteration takes small steps far from its end. So the
/// largest residuals of the last two windows give a rate q per step, and what is still to come is taken
/// to be that residual times 1 / (1 - q).
public struct Settling: Sendable {
  public let tolerance: Double
  /// Long enough that a turning iteration shows its full residual.
  private static let window = 24
  /// Of the tolerance: down there a rate says nothing any more.
  static let rounding = 1e-3
  private var residuals: [Double] = []
  private var next = 0

  public init(tolerance: Double) {
    self.tolerance = tolerance
    residuals.reserveCapacity(2 * Self.window)
  }

  /// Takes the residual of a step.
  public mutating func note(_ residual: Double) {
    if residuals.count < 2 * Self.window {
      residuals.append(residual)
    } else {
      residuals[next] = residual
      next = (next + 1) % residuals.count
    }
  }

  public var isSettled: Bool {
    guard residuals.count == 2 * Self.window else { return false }
    var (older, newer) = (0.0, 0.0)
    for step in residuals.indices {
      let residual = residuals[(next + step) % residuals.count]
      if step < Self.window { older = max(older, residual) } else { newer = max(newer, residual) }
    }
    if max(older, newer) <= Self.rounding * tolerance { return true }
    guard newer < older, older.isFinite else { return false }
    // Of q = (newer / older)^(1 / window), 1 - q is at least (1 - newer / older) / window.
    return newer * Double(Self.window) / (1 - newer / older) <= tolerance
  }
}
