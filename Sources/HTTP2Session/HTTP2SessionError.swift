/// The connection cannot go on, because the peer broke the protocol or a flood limit.
package struct HTTP2SessionError: Error, Equatable {
  /// What the peer is told.
  package let code: HTTP2ErrorCode
  /// A sentence that names the fault.
  package let message: String
}
