import HTTP2Session

/// Answers the requests that reach a server.
public protocol HTTP2Responder: Sendable {
  /// Decides about a request by its head, before its body arrives.
  ///
  /// Called on the event loop, so it must be quick. A response refuses the request at once and its
  /// body is never kept; nil lets the body in.
  func admit(_ head: HTTP2RequestHead) -> HTTP2Response?

  /// The same, knowing who asks: nil on a connection without TLS or of a stranger.
  func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Response?

  /// Answers a whole request.
  ///
  /// Runs in a task of its own, which is cancelled when the client gives the call up or the
  /// connection ends.
  func respond(to request: HTTP2Request) async -> HTTP2Response

  /// The same, knowing who asks.
  func respond(to request: HTTP2Request, from peer: HTTP2VerifiedPeer?) async -> HTTP2Response
}

extension HTTP2Responder {
  public func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Response? {
    admit(head)
  }

  public func respond(
    to request: HTTP2Request, from peer: HTTP2VerifiedPeer?
  ) async -> HTTP2Response {
    await respond(to: request)
  }
}
