import HTTP2Connection
import NIOCore
import NIOPosix

/// Carries calls over HTTP/2: one connection per peer and direction, opened by the first call to the
/// peer and opened again by the first call after a loss.
public final class HTTP2Transport: Transport {
  /// Long enough for a busy machine to accept, shorter than the time of a call.
  private static let connectTimeout = Duration.seconds(2)

  private struct State {
    var addresses: [NodeName: NodeAddress] = [:]
    /// From where nodes have called, or are said to have.
    var lastSeen: [NodeName: String] = [:]
    var peers: [NodeName: HTTP2Peer] = [:]
    /// Peers whose node has another address now, on their way out.
    var farewells: [ObjectIdentifier: Task<Void, Never>] = [:]
    var server: HTTP2Server?
    var metrics: ConnectionMetrics?
    var isClosed = false
    var heads = RequestHeads()
  }

  private let listenAddress: NodeAddress
  private let group: any EventLoopGroup
  private let limits: HTTP2Limits
  private let resolver: (any Resolver & Sendable)?
  private let security: TransportSecurity?
  private let pages: Pages
  private let outgoing = ConnectionTally()
  private let state = Guarded(State())
  /// Set once, by `start`.
  private let cluster = Guarded<ActorCluster?>(nil)

  /// What a node answers on its port beside calls.
  public typealias Pages = @Sendable (ActorCluster) -> [Router.Route]

  /// Prepares a transport; it listens after `ActorCluster.start()`.
  ///
  /// - Parameters:
  ///   - port: 0 lets the system choose; `port` tells the choice.
  ///   - security: nil for plaintext, which belongs on the loopback interface only.
  ///   - pages: made once, at the start.
  public convenience init(
    host: String = "127.0.0.1", port: Int = 0, limits: HTTP2Limits = HTTP2Limits(),
    security: TransportSecurity? = nil, pages: @escaping Pages = { _ in [] }
  ) {
    self.init(
      host: host, port: port, on: SharedLoop.group, limits: limits, security: security,
      pages: pages)
  }

  /// The same with its connections on other threads than the process's one.
  ///
  /// - Parameter resolver: looks up hosts for every new connection; the system's unless given.
  public init(
    host: String = "127.0.0.1", port: Int = 0, on group: any EventLoopGroup,
    limits: HTTP2Limits = HTTP2Limits(), resolver: (any Resolver & Sendable)? = nil,
    security: TransportSecurity? = nil, pages: @escaping Pages = { _ in [] }
  ) {
    listenAddress = NodeAddress(host: host, port: port)
    self.group = group
    self.limits = limits
    self.resolver = resolver
    self.security = security
    self.pages = pages
  }

  /// Where this node listens; nil before the start.
  public var address: NodeAddress? {
    state.withLock { $0.server?.port }.map { NodeAddress(host: listenAddress.host, port: $0) }
  }

  public var refusedConnections: Refusals {
    guard let (count, last) = security?.tls.refusals else { return Refusals() }
    return Refusals(count: count, last: last.map { "\($0)" })
  }

  public func sampleMetrics() {
    let (server, metrics) = state.withLock { ($0.server, $0.metrics) }
    guard let server else { return }
    metrics?.tell(
      incoming: server.connectionCounts, outgoing: outgoing.counts,
      refused: refusedConnections.count)
  }

  public func start(for cluster: ActorCluster) async throws(ClusterError) {
    self.cluster.withLock { $0 = cluster }
    do {
      let server = try await HTTP2Server.bind(
        host: listenAddress.host, port: listenAddress.port, on: group, limits: limits,
        tls: security?.tls, responder: responder(for: cluster),
        onPeer: { [weak self] peer, host in self?.saw(peer, at: host) })
      state.withLock { state in
        state.server = server
        state.metrics = ConnectionMetrics(cluster.metrics)
      }
    } catch {
      throw .unreachable(cluster.node, why: "\(error)")
    }
  }

  private func responder(for cluster: ActorCluster) -> any HTTP2Responder {
    let router = Router(
      [.below(CallRoute.prefix, HTTP2CallResponder(cluster: cluster))] + pages(cluster))
    return security?.wrap(AnyHTTP2Responder(router)) ?? router
  }

  public func connect(node: NodeName, at address: NodeAddress) {
    state.withLock { state in
      guard state.addresses[node] != address else { return }
      state.addresses[node] = address
      guard let outdated = state.peers.removeValue(forKey: node) else { return }
      let id = ObjectIdentifier(outdated)
      state.farewells[id] = Task { [weak self] in
        await outdated.close()
        self?.state.withLock { $0.farewells[id] = nil }
      }
    }
  }

  /// More nodes than a twin has; what is seen of others beyond is not kept.
  private static let maximumSeen = 1_024

  private func saw(_ peer: HTTP2VerifiedPeer, at host: String) {
    guard let node = security?.node(peer.uri) else { return }
    note(node, seenAt: host)
  }

  public func note(_ node: NodeName, seenAt host: String) {
    // Without certificates anybody may answer there.
    guard security != nil, (try? SocketAddress(ipAddress: host, port: 0)) != nil else { return }
    let peer = state.withLock { state -> HTTP2Peer? in
      guard state.lastSeen[node] != nil || state.lastSeen.count < Self.maximumSeen else {
        return nil
      }
      state.lastSeen[node] = host
      return state.peers[node]
    }
    peer?.saw(at: host)
  }

  public func lastSeen(_ node: NodeName) -> String? { state.withLock { $0.lastSeen[node] } }

  public func begin(
    _ request: CallRequest,
    then: @escaping @Sendable (Result<CallReply, ClusterError>) -> Void
  ) -> CallInFlight {
    let node = request.head.to.node
    let peer: HTTP2Peer
    do {
      peer = try self.peer(node)
    } catch {
      then(.failure(error))
      return CallInFlight {}
    }
    let head = state.withLock { $0.heads.head(of: request.head) }
    let call = PeerCall(HTTP2Request(head: head, body: request.body), to: node, then: then)
    peer.begin(call)
    return CallInFlight { call.withdraw() }
  }

  public func stopServing() async {
    let server = state.withLock { $0.server }
    await server?.drainAndClose()
  }

  public func close() async {
    let (peers, farewells) = state.withLock { state in
      state.isClosed = true
      defer { (state.peers, state.farewells) = ([:], [:]) }
      return (Array(state.peers.values), Array(state.farewells.values))
    }
    await withDiscardingTaskGroup { group in
      for peer in peers { group.addTask { await peer.close() } }
    }
    for farewell in farewells { await farewell.value }
    cluster.withLock { $0 = nil }
  }

  private func peer(_ node: NodeName) throws(ClusterError) -> HTTP2Peer {
    try state.withLock { (state) throws(ClusterError) -> HTTP2Peer in
      guard !state.isClosed else { throw .unreachable(node, why: "This node has shut down.") }
      if let peer = state.peers[node] { return peer }
      guard let address = state.addresses[node] else {
        throw .unreachable(node, why: "Its address is not known.")
      }
      let peer = HTTP2Peer(
        node: node, address: address, lastSeen: state.lastSeen[node], from: listenAddress,
        group: group, limits: limits,
        connectTimeout: Self.connectTimeout, resolver: resolver, security: security,
        tally: outgoing
      ) { [weak self] in self?.lost(node) }
      state.peers[node] = peer
      return peer
    }
  }

  private func lost(_ node: NodeName) {
    cluster.withLock { $0 }?.report(.lost(node))
  }
}
