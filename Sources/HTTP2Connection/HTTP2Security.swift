import NIOCore
import NIOSSL

/// What a process shows and demands on its connections: mutual TLS 1.3 with the protocol `h2`.
///
/// Both may change while it runs. New credentials are used by the handshakes that come; connections
/// that live stay. A new authority also looks at those, and cuts who must leave.
///
/// No session is resumed: a client never offers one, and a server that is offered one takes the peer
/// for a stranger, since it sees no certificate. So nobody comes back without being verified.
public final class HTTP2Security: Sendable {
  private struct Live {
    let chain: [[UInt8]]
    let address: String
    let handler: NIOLoopBound<HTTP2ConnectionHandler>
    let eventLoop: any EventLoop
  }

  private struct Contexts {
    var client: NIOSSLContext
    /// Nil without credentials.
    var server: Server?

    struct Server {
      var demanding: NIOSSLContext
      /// For servers to which strangers may come.
      var open: NIOSSLContext
    }
  }

  private struct State {
    var authority: any HTTP2PeerAuthority
    var contexts: Contexts
    var live: [ObjectIdentifier: Live] = [:]
    var refusals: (count: Int, last: HTTP2Refusal?) = (0, nil)
  }

  /// How long the other end may take to say goodbye.
  private static let shutdownLimit = TimeAmount.milliseconds(500)

  private let state: Guarded<State>
  private let onRefusal: @Sendable (HTTP2Refusal) -> Void

  /// - Parameters:
  ///   - credentials: nil for a client that has none yet; a server needs them.
  ///   - onRefusal: hears of every refusal, on any thread; it must be quick.
  /// - Throws: what the TLS library finds wrong with the credentials.
  public init(
    _ credentials: HTTP2Credentials?, authority: any HTTP2PeerAuthority,
    onRefusal: @escaping @Sendable (HTTP2Refusal) -> Void = { _ in }
  ) throws {
    state = Guarded(State(authority: authority, contexts: try Self.contexts(credentials)))
    self.onRefusal = onRefusal
  }

  /// Shows these credentials from the next handshake on.
  public func use(_ credentials: HTTP2Credentials) throws {
    let contexts = try Self.contexts(credentials)
    state.withLock { $0.contexts = contexts }
  }

  /// Lets this authority decide from now on, also about the peers that are connected.
  public func use(_ authority: any HTTP2PeerAuthority) {
    let live = state.withLock { state in
      state.authority = authority
      return Array(state.live.values)
    }
    for each in live {
      if let reason = authority.reasonToLeave(each.chain) { cut(each, because: reason) }
    }
  }

  /// How many peers were refused so far, in the handshake or later, and the last one.
  public var refusals: (count: Int, last: HTTP2Refusal?) { state.withLock { $0.refusals } }

  /// Counts a refusal and tells of it. Called on any thread.
  public func report(_ refusal: HTTP2Refusal) {
    state.withLock { $0.refusals = ($0.refusals.count + 1, refusal) }
    onRefusal(refusal)
  }

  // MARK: For the handshakes

  var authority: any HTTP2PeerAuthority { state.withLock { $0.authority } }
  var clientContext: NIOSSLContext { state.withLock { $0.contexts.client } }

  /// Nil without credentials.
  ///
  /// Where no stranger may come, TLS itself says so to who shows no certificate.
  var serverContext: NIOSSLContext? {
    let (authority, server) = state.withLock { ($0.authority, $0.contexts.server) }
    if case .refused = authority.strangers { return server?.demanding }
    return server?.open
  }

  /// Watches over a connection that was let in. Called on its loop.
  func keep(_ handler: HTTP2ConnectionHandler, of chain: [[UInt8]], on channel: any Channel) {
    guard !chain.isEmpty else { return }
    let id = ObjectIdentifier(channel)
    let live = Live(
      chain: chain, address: Address.ofPeer(of: channel),
      handler: NIOLoopBound(handler, eventLoop: channel.eventLoop), eventLoop: channel.eventLoop)
    let authority = state.withLock { state in
      state.live[id] = live
      return state.authority
    }
    channel.closeFuture.whenComplete { _ in
      _ = self.state.withLock { $0.live.removeValue(forKey: id) }
    }
    // The authority may have changed since it let the peer in.
    if let reason = authority.reasonToLeave(chain) { cut(live, because: reason) }
  }

  func report(_ why: String, of channel: any Channel) {
    report(HTTP2Refusal(who: Address.ofPeer(of: channel), why: why))
  }

  private func cut(_ live: Live, because reason: String) {
    report(HTTP2Refusal(who: live.address, why: reason))
    live.eventLoop.execute { live.handler.value.cut(because: reason) }
  }

  /// Made here rather than on a loop: it takes a millisecond.
  private static func contexts(_ credentials: HTTP2Credentials?) throws -> Contexts {
    var client = TLSConfiguration.makeClientConfiguration()
    client.certificateVerification = .noHostnameVerification
    guard let credentials else { return Contexts(client: try context(client)) }
    var server = TLSConfiguration.makeServerConfiguration(
      certificateChain: credentials.chain.map { .certificate($0) },
      privateKey: .privateKey(credentials.key))
    client.certificateChain = server.certificateChain
    client.privateKey = server.privateKey
    server.certificateVerification = .noHostnameVerification
    let demanding = try context(server)
    server.certificateVerification = .optionalVerification
    return Contexts(
      client: try context(client),
      server: Contexts.Server(demanding: demanding, open: try context(server)))
  }

  /// Adds what all have in common. There are no trust roots: the authority knows its own.
  private static func context(_ configuration: TLSConfiguration) throws -> NIOSSLContext {
    var configuration = configuration
    configuration.minimumTLSVersion = .tlsv13
    configuration.maximumTLSVersion = .tlsv13
    configuration.applicationProtocols = [Handshake.applicationProtocol]
    configuration.trustRoots = .certificates([])
    configuration.shutdownTimeout = shutdownLimit
    return try NIOSSLContext(configuration: configuration)
  }
}
