import ActorCluster
import WireCodec

/// Something that an operator wants to know about later: who came, who went, and what was done.
package struct TwinEvent: Sendable, Equatable, Codable, WireCodable {
  package enum Kind: String, Sendable, Codable {
    case coordinatorStarted, nodeJoined, nodeLost, segmentsMoved, eraRaised, tickRepeated
    case stalled, stallEnded, callsRefused, connectionsRefused, denyListChanged, finished
  }

  package var kind: Kind
  package var era: Int64
  /// The tick that is next or in flight.
  package var tick: Int64
  package var node: NodeName?
  package var segments: [String] = []
  /// One sentence.
  package var text: String
}

/// Where events go: to a file, to a terminal, to a test.
package struct EventSink: Sendable {
  package let record: @Sendable (TwinEvent) -> Void

  package init(_ record: @escaping @Sendable (TwinEvent) -> Void) { self.record = record }

  /// For a twin that nobody watches.
  package static let none = EventSink { _ in }
}
