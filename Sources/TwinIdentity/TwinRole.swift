/// What a process may be in a twin. Its certificate says it, and authorisation starts from it.
public enum TwinRole: String, Sendable, CaseIterable, Codable {
  /// Leads the ticks, keeps the store, and signs certificates.
  case coordinator
  /// Runs segments.
  case node
  /// Sums readings that it cannot read.
  case aggregator
  /// Reports readings.
  case meter
  /// A person or a program that looks at the twin from outside.
  case `operator`
}
