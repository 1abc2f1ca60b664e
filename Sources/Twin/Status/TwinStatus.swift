import ActorCluster
import WireCodec

/// What the coordinator shows to whoever asks how the twin is.
package struct TwinStatus: Sendable, Equatable, Codable, WireCodable {
  package enum Phase: String, Sendable, Codable {
    /// Nodes are missing.
    case waiting
    /// Ticks are committed.
    case running
    /// Segments are on their way to other nodes, or a tick is repeated.
    case recovering
    /// All ticks are committed.
    case finished
  }

  package var twin: String
  package var phase: Phase
  package var era: Int64
  /// The last committed tick; -1 before the first.
  package var committedTick: Int64
  /// Its time in the twin; empty before the first.
  package var time: String
  /// By name, lost ones included until they come back.
  package var nodes: [NodeStatus]
  /// By id.
  package var segments: [SegmentStatus]
  /// Who waits for whom, the coordinator first; empty unless a tick has stood still for 2 s.
  package var stall: [Wait]
  /// Of the last tick that this coordinator has committed; `nil` before its first.
  package var figures: TickFigures?

  /// How a node is.
  package struct NodeStatus: Sendable, Equatable, Codable {
    package enum Standing: String, Sendable, Codable {
      /// It has announced itself and was not heard yet.
      case joining
      case member
      case lost
    }

    package var node: NodeName
    package var standing: Standing
    package var host: String
    package var port: Int
    package var pid: Int32
    /// Since its last answer to a heartbeat.
    package var silence_ms: Double
    /// How long its last answer took.
    package var answer_ms: Double
  }

  /// Where a segment is.
  package struct SegmentStatus: Sendable, Equatable, Codable {
    package var segment: String
    /// The node that owns it in this era; `nil` while it has no owner.
    package var node: NodeName?
    /// The node that the topology would like it on.
    package var home: NodeName
  }
}

/// One link of the chain that explains a stall.
package struct Wait: Sendable, Equatable, Codable {
  /// `coordinator`, or `segment ID`.
  package var waiter: String
  /// `segment ID on NODE`, or `node NAME`.
  package var on: String
  package var tick: Int64
  /// What is waited for, and what is known about why it does not come.
  package var why: String
  package var since_ms: Double
}

extension Wait: CustomStringConvertible {
  package var description: String {
    "\(waiter) waits for \(on) at tick \(tick) for \(Int(since_ms)) ms: \(why)"
  }
}
