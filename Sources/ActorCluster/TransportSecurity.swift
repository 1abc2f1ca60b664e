import HTTP2Connection

/// What makes the connections of a transport private, and says who is at their other ends.
public struct TransportSecurity: Sendable {
  /// What this process shows and whom it lets in.
  public var tls: HTTP2Security
  /// The name that a node must prove when it is called, such as `spiffe://TWIN/node/north`.
  public var name: @Sendable (NodeName) -> String?
  /// The node with a proved name; nil for a peer that is none.
  public var node: @Sendable (String) -> NodeName?
  /// Puts a responder of other requests around the one of calls, such as requests for certificates.
  public var wrap: @Sendable (AnyHTTP2Responder) -> any HTTP2Responder

  public init(
    tls: HTTP2Security, name: @escaping @Sendable (NodeName) -> String?,
    node: @escaping @Sendable (String) -> NodeName? = { _ in nil },
    wrap: @escaping @Sendable (AnyHTTP2Responder) -> any HTTP2Responder = { $0 }
  ) {
    self.tls = tls
    self.name = name
    self.node = node
    self.wrap = wrap
  }
}

/// A responder of whatever kind.
public struct AnyHTTP2Responder: HTTP2Responder {
  private let base: any HTTP2Responder

  public init(_ base: any HTTP2Responder) { self.base = base }

  public func admit(_ head: HTTP2RequestHead) -> HTTP2Admission { base.admit(head) }

  public func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Admission {
    base.admit(head, from: peer)
  }
}
