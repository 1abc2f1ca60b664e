import ActorCluster
import WireCodec

/// A node's answer to a heartbeat.
struct Pulse: Sendable, Equatable, Codable, WireCodable {
  /// The era that the node lives in.
  var era: Int64
  /// Whom its segments wait for.
  var waits: [SegmentWait]
  /// The calls that the node has refused because their callers had no right to make them.
  var refusedCalls = Refusals()
  /// The peers that it has not let in.
  var refusedConnections = Refusals()
}
