/// Hears what arrives on a session.
///
/// The session calls it while it takes bytes in or puts them out, so it may submit, respond and reset,
/// but not call `receive` or `serialize`.
package protocol HTTP2SessionDelegate: AnyObject {
  /// A request's headers are complete (server). A response refuses the request and drops its body;
  /// nil lets the body in.
  func admit(_ head: HTTP2RequestHead, on stream: Int32) -> HTTP2Response?

  /// The body of an admitted request is complete (server).
  func requestArrived(_ body: [UInt8], on stream: Int32)

  /// A response is complete (client).
  func responseArrived(_ response: HTTP2Response, on stream: Int32)

  /// The head of an open-ended response is complete (client).
  ///
  /// - Parameter head: without a body.
  func headArrived(_ head: HTTP2Response, on stream: Int32)

  /// More of an open-ended body has come; `take` tells the session when it has been dealt with.
  func partArrived(_ part: [UInt8], on stream: Int32)

  /// An open-ended body is complete.
  func partsEnded(trailers: HTTP2Headers, on stream: Int32)

  /// So many bytes of an open-ended body went out.
  func partsWereSent(_ count: Int, on stream: Int32)

  /// The stream is gone. Comes once for every stream, last.
  func streamClosed(_ stream: Int32, _ end: HTTP2StreamEnd)

  /// The peer takes no further requests on this connection; those above `lastStream` did not run and
  /// end as refused.
  func peerSaidGoAway(lastStream: Int32, code: HTTP2ErrorCode)
}

// For whoever opens no streams.
extension HTTP2SessionDelegate {
  package func headArrived(_ head: HTTP2Response, on stream: Int32) {}
  package func partArrived(_ part: [UInt8], on stream: Int32) {}
  package func partsEnded(trailers: HTTP2Headers, on stream: Int32) {}
  package func partsWereSent(_ count: Int, on stream: Int32) {}
}
