import HTTP2Session
import NIOCore

extension ServerRequests {
  /// How long a peer may stay that may ask for little: enough to enrol on a slow link.
  private static let limitedStay = TimeAmount.seconds(10)

  /// Makes what carries the requests.
  func makeHandler(_ limits: HTTP2Limits) -> HTTP2ConnectionHandler {
    let handler = HTTP2ConnectionHandler(.server, limits: limits, owner: self)
    begin(over: handler)
    return handler
  }

  /// Lets requests in once it is known whose they are. Called on the channel's loop.
  ///
  /// - Parameter onPeer: hears of a peer that may ask for anything, and its address.
  func shakeHands(
    _ tls: HTTP2Security, _ limits: HTTP2Limits, on channel: any Channel,
    onPeer: @escaping HTTP2Server.PeerWatch
  ) throws {
    let handshake = Handshake(tls, isServer: true, limit: limits.handshake) { opening in
      self.peer = opening.peer
      self.restriction = opening.restriction
      guard opening.restriction != nil else {
        if let peer = opening.peer, let host = channel.remoteAddress?.ipAddress {
          onPeer(peer, host)
        }
        return self.makeHandler(limits)
      }
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
