import HTTP2Session

/// A small document that is made anew for each request.
public struct Page: HTTP2Responder {
  /// How many of one page are made at once: more ask for it than have a reason to.
  private static let limit = 16

  /// Tells which peers may read it; nil stands for whoever comes without TLS.
  public typealias Readers = @Sendable (HTTP2VerifiedPeer?) -> Bool

  private let mayRead: Readers
  private let make: @Sendable () async -> HTTP2Response
  private let places = Places(limit)

  public init(
    for mayRead: @escaping Readers = { _ in true },
    _ make: @escaping @Sendable () async -> HTTP2Response
  ) {
    self.mayRead = mayRead
    self.make = make
  }

  public func admit(_ head: HTTP2RequestHead) -> HTTP2Admission { admit(head, from: nil) }

  public func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Admission {
    guard mayRead(peer) else { return .answer(Self.refusal(of: peer)) }
    guard let place = places.take() else { return .answer(Self.busy) }
    return .task { [make] _ in
      defer { place.leave() }
      return await make()
    }
  }

  package static func refusal(of peer: HTTP2VerifiedPeer?) -> HTTP2Response {
    HTTP2Response(
      status: 403, headers: ["content-type": "text/plain; charset=utf-8"],
      body: Array("This is not for \(peer?.uri ?? "strangers").\n".utf8))
  }

  package static let busy = HTTP2Response(status: 503, headers: ["retry-after": "1"])
}
