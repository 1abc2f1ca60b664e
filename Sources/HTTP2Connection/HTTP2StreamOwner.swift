import HTTP2Session

/// What a connection's streams mean: calls on a client, requests on a server.
///
/// Confined to the connection's event loop.
protocol HTTP2StreamOwner: HTTP2SessionDelegate {
  /// The connection is gone; no further event comes.
  ///
  /// - Parameter violation: what the peer did, if it broke the protocol.
  func connectionClosed(violation: String?)
}
