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

  /// The stream is gone. Comes once for every stream, last.
  func streamClosed(_ stream: Int32, _ end: HTTP2StreamEnd)

  /// The peer takes no further requests on this connection; those above `lastStream` did not run and
  /// end as refused.
  func peerSaidGoAway(lastStream: Int32, code: HTTP2ErrorCode)
}
