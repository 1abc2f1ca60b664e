import HTTP2Session

/// What a connection's streams mean: calls on a client, requests on a server.
///
/// Confined to the connection's event loop.
protocol HTTP2StreamOwner: HTTP2SessionDelegate {
  /// The connection, until it is gone.
  var connection: HTTP2ConnectionHandler? { get }

  /// The connection is gone; no further event comes.
  ///
  /// - Parameter violation: what the peer did, if it broke the protocol.
  func connectionClosed(violation: String?)
}

extension HTTP2Error {
  /// What a call hears whose stream ended so.
  init(_ end: HTTP2StreamEnd) {
    self =
      switch end {
      case .completed: .reset(.noError)
      case .refused: .refused
      case .reset(let code): .reset(code)
      case .tooLarge: .tooLarge
      }
  }
}
