/// Decides who may make which calls, by names alone: asked before the body of a call is read.
public protocol CallAuthority: Sendable {
  /// Whether calls of a route may be made.
  ///
  /// - Parameter peer: the name that the other end of the connection has proved, such as
  ///   `spiffe://TWIN/node/north`; nil where nobody proves anything: without TLS, in a simulation and
  ///   within one process.
  func permission(for route: CallRoute, from peer: String?) -> CallPermission
}

/// Whether calls of a route may be made.
public enum CallPermission: Sendable, Hashable {
  case never
  case always
  /// While the calling actor is one that this node was told of in this era
  /// (`ActorCluster.expect(callers:in:)`).
  case ofExpectedCaller
}

/// Lets everyone call everything.
public struct OpenToAll: CallAuthority {
  public init() {}

  public func permission(for route: CallRoute, from peer: String?) -> CallPermission { .always }
}
