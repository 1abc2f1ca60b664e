import HTTP2Session
import NIOCore

extension ServerRequests {
  /// How long a peer may stay that may ask for little: enough to enrol on a slow link.
  private static let limitedStay = TimeAmount.seconds(10)

  /// Makes what carries the requests.
  func makeHandler(_ limits: HTTP2Limits) -> HTTP2ConnectionHandler {
    let handler = HTTP2ConnectionHandler(
      .server, limits: limits, owner: self, budget: budget)
    begin(over: handler)
    return handler
  }

  /// Lets requests in once it is known whose they are. Called on the channel's loop.
  ///
  /// - Parameter onProof: hears of a peer that may ask for anything; what it throws shuts the peer out.
  func shakeHands(
    _ tls: HTTP2Security, _ limits: HTTP2Limits, on channel: any Channel,
    onProof: @escaping (HTTP2VerifiedPeer?) throws -> Void
  ) throws {
    let handshake = Handshake(tls, isServer: true, limit: limits.handshake) { opening in
      self.peer = opening.peer
      self.restriction = opening.restriction
      guard opening.restriction != nil else {
        try onProof(opening.peer)
        return self.makeHandler(limits)
      }
      let who = Address.ofPeer(of: channel)
      self.onRefusal = { tls.report(HTTP2Refusal(who: who, why: $0)) }
      let handler = self.makeHandler(limits.forLimitedPeers)
      channel.eventLoop.assumeIsolated().scheduleTask(in: Self.limitedStay) { [weak handler] in
        handler?.close()
      }
      return handler
    }
    try handshake.install(on: channel)
  }
}

extension HTTP2Limits {
  /// For those who may ask for little: a request of a few kilobytes, and hardly two at a time.
  fileprivate var forLimitedPeers: HTTP2Limits {
    var limits = self
    limits.bodyBytes = min(bodyBytes, 16 * 1024)
    limits.concurrentStreams = min(concurrentStreams, 4)
    limits.bufferedBytes = min(bufferedBytes, 64 * 1024)
    return limits
  }
}
