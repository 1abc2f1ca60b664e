import NIOCore
import NIOSSL
import NIOTLS

/// Stands at the door of a connection until both ends are known, then makes room for HTTP/2.
///
///     shaking hands ──verified, h2──▶ open (a server's) ──▶ gone from the pipeline
///           │                          waiting (a client's) ──first bytes──▶ gone
///           └──refused, too late, broken──▶ closed
///
/// A client waits for the server's first bytes because TLS 1.3 lets it finish before the server has
/// looked at its certificate: only then is it known to be let in.
final class Handshake: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  static let applicationProtocol = "h2"

  /// What was found, for who builds the rest of the pipeline.
  struct Opening {
    var peer: HTTP2VerifiedPeer?
    /// A server's limited peer.
    var restriction: PeerRestriction?
  }

  private enum Phase {
    case shaking
    case waiting
    case done
  }

  private let security: HTTP2Security
  private let isServer: Bool
  private let limit: TimeAmount
  /// The URI that the other end must have; nil for any.
  private let expected: String?
  /// Makes the HTTP/2 handler once it is known for whom.
  private let open: (Opening) throws -> HTTP2ConnectionHandler
  /// Hears how it ended: nil for well, else a sentence without its full stop.
  private let ended: (String?) -> Void

  private var phase = Phase.shaking
  private var chain: [[UInt8]] = []
  private var admission: HTTP2PeerAdmission?
  private var timeout: Scheduled<Void>?

  init(
    _ security: HTTP2Security, isServer: Bool, limit: Duration, expecting expected: String? = nil,
    open: @escaping (Opening) throws -> HTTP2ConnectionHandler,
    ended: @escaping (String?) -> Void = { _ in }
  ) {
    self.security = security
    self.isServer = isServer
    self.limit = TimeAmount(limit)
    self.expected = expected
    self.open = open
    self.ended = ended
  }

  /// Puts TLS and this handler into a pipeline. Called on the channel's loop.
  func install(on channel: any Channel) throws {
    let door = NIOLoopBound(self, eventLoop: channel.eventLoop)
    let eventLoop = channel.eventLoop
    let verify: NIOSSLCustomVerificationCallback = { [security] certificates, promise in
      let authority = security.authority
      promise.completeWithTask {
        let chain = try certificates.map { try $0.toDERBytes() }
        let admission = await authority.admit(chain)
        return try await eventLoop.submit { door.value.verified(chain, admission) }.get()
      }
    }
    let tls: NIOSSLHandler
    if isServer {
      guard let context = security.serverContext else { throw NoCredentials() }
      tls = NIOSSLServerHandler(context: context, customVerificationCallback: verify)
    } else {
      tls = try NIOSSLClientHandler(
        context: security.clientContext, serverHostname: nil, customVerificationCallback: verify)
    }
    try channel.pipeline.syncOperations.addHandlers([tls, self])
  }

  /// A server has no certificate yet.
  struct NoCredentials: Error {}

  private func verified(_ chain: [[UInt8]], _ admission: HTTP2PeerAdmission)
    -> NIOSSLVerificationResult
  {
    self.chain = chain
    self.admission = admission
    return reason(against: admission) == nil ? .certificateVerified : .failed
  }

  /// Why this peer is not let in; nil if it is.
  private func reason(against admission: HTTP2PeerAdmission) -> String? {
    switch admission {
    case .refused(let why): return why
    case .limited(_, _, let why): return isServer ? nil : why
    case .welcome(let peer):
      guard let expected, peer.uri != expected else { return nil }
      return "it is \(peer.uri), and \(expected) was expected"
    }
  }

  // MARK: What the channel says

  func handlerAdded(context: ChannelHandlerContext) {
    let loop = context.eventLoop.assumeIsolated()
    timeout = loop.scheduleTask(in: limit) { [weak self] in
      guard let self else { return }
      refuse("it did not finish the handshake within \(limit.nanoseconds / 1_000_000) ms", context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { timeout?.cancel() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted(let negotiated) = event {
      finish(negotiated, context)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.fireChannelRead(data)
    if phase == .waiting { leave(context) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard phase != .done else { return context.fireErrorCaught(error) }
    let own = admission.flatMap { reason(against: $0) }
    refuse(own ?? TLSFailure.sentence(error), context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if phase != .done { refuse(TLSFailure.closed, context) }
    context.fireChannelInactive()
  }

  private func finish(_ negotiated: String?, _ context: ChannelHandlerContext) {
    guard phase == .shaking else { return }
    guard negotiated == Self.applicationProtocol else {
      return refuse("it does not speak h2 over TLS", context)
    }
    let admission = admission ?? (isServer ? security.authority.strangers : .refused(Self.nobody))
    if let why = reason(against: admission) { return refuse(why, context) }
    var opening = Opening()
    switch admission {
    case .welcome(let peer): opening.peer = peer
    case .limited(let peer, let requests, let why):
      opening.peer = peer
      opening.restriction = PeerRestriction(requests: requests, why: why)
    case .refused: return
    }
    do {
      let handler = try open(opening)
      try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
      security.keep(handler, of: chain, on: context.channel)
    } catch {
      return refuse("\(error)", context)
    }
    phase = .waiting
    if isServer { leave(context) }
  }

  private static let nobody = "it shows no certificate"

  /// The door is open; nothing more to do here.
  private func leave(_ context: ChannelHandlerContext) {
    phase = .done
    ended(nil)
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  private func refuse(_ why: String, _ context: ChannelHandlerContext) {
    guard phase != .done else { return }
    phase = .done
    timeout?.cancel()
    // Who knocks and goes, as health checks do, was refused by nobody, nor was a server that does not answer.
    let isJudged = isServer || admission.flatMap { reason(against: $0) } != nil
    if isJudged, why != TLSFailure.closed { security.report(why, of: context.channel) }
    ended(why)
    context.close(promise: nil)
  }
}

/// What a server's limited peer may ask for, and why no more.
struct PeerRestriction {
  var requests: Set<String>
  var why: String

  func allows(_ head: HTTP2RequestHead) -> Bool {
    requests.contains("\(head.method) \(head.path)")
  }
}
