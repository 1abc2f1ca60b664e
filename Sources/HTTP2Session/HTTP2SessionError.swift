/// The connection cannot go on, because the peer broke the protocol or a flood limit.
package struct HTTP2SessionError: Error, Equatable {
  /// A sentence that names the fault.
  package let message: String
}
