/// Whether a part of a twin does what it is there for.
package struct TwinHealth: Sendable, Equatable {
  /// `coordinator` or `node`.
  package var part: String
  package var era: Int64
  /// What is wrong; `nil` when nothing is.
  package var trouble: String?

  package var isHealthy: Bool { trouble == nil }

  /// Of a part that is not there yet, or not any more.
  package static func absent(_ part: String, era: Int64) -> TwinHealth {
    TwinHealth(part: part, era: era, trouble: "it has not begun, or has ended")
  }
}
