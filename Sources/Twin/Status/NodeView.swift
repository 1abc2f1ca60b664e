import ActorCluster
import GridModel
import WireCodec

/// What a node tells of itself to whoever asks it directly, because its coordinator is gone.
package struct NodeView: Sendable, Equatable, Codable, WireCodable {
  package var node: NodeName
  package var era: Int64
  /// Since it last heard the coordinator.
  package var coordinatorSilence_ms: Double
  /// By id.
  package var segments: [ShadowView]
}

/// A segment as its node shows it: its last commit, and what it makes of the time since.
package struct ShadowView: Sendable, Equatable, Codable, WireCodable {
  package var segment: String
  package var committedTick: Int64
  /// The tick that it has got to by itself, on the last equivalent of the rest of the grid; `nil`
  /// while the coordinator is there, and without an equivalent. Stale: never committed.
  package var shadowTick: Int64?
  /// Whether the shadow tick has a solution.
  package var isSolved: Bool
  /// The lowest voltage of its buses at the shadow tick, in per unit.
  package var lowest_pu: Double?
  /// How much both ends of its ties disagree; `nil` when no neighbour answers.
  package var tieMismatch_MVA: Double?
  /// Where they disagree most.
  package var worstTie: String?
}
