/// A server could not listen.
public struct HTTP2BindError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A sentence that names the address and the reason.
  public let description: String
}
