/// What all processes of a twin have put on the wire together.
package struct TwinTraffic: Sendable, Equatable {
  /// Requests, from whomever to whomever.
  package var calls = 0
  /// Of those, from a segment to a segment.
  package var segmentCalls = 0
  /// Bytes of the bodies of requests and replies.
  package var bytes = 0

  init(_ node: NodeTraffic) {
    calls = node.calls
    segmentCalls = node.segmentCalls
    bytes = node.bytesSent
  }

  static func += (a: inout TwinTraffic, b: TwinTraffic) {
    a.calls += b.calls
    a.segmentCalls += b.segmentCalls
    a.bytes += b.bytes
  }
}
