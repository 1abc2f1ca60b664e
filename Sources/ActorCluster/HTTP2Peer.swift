import HTTP2Connection
import NIOCore
import NIOPosix

/// The way to one other node: at most one connection, shared by all calls.
///
/// A host's name is looked up anew for each connection, so that a node is found when its address
/// changes; where the node was last seen helps when names are not found (`NodeSearch`).
///
///     idle ──call──▶ connecting ──made──▶ open
///      ▲                 │                  │
///      └─────failed──────┴───────lost───────┘      close: from any state, for good
final class HTTP2Peer: Sendable {
  private enum Phase {
    case idle
    case connecting([PeerCall])
    case open(HTTP2ClientConnection)
    case closed
  }

  /// A connection that lives, and the task that waits for its end.
  private struct Watched {
    let connection: HTTP2ClientConnection
    let task: Task<Void, Never>
  }

  private struct State {
    var phase = Phase.idle
    /// The search that goes on, and former ones of which something is still under way.
    var searches: [Int: Task<Void, Never>] = [:]
    var searchCount = 0
    var lastSeen: String?
    /// Tells the search that goes on.
    var sightings: AsyncStream<String>.Continuation?
    /// The open connection, and former ones that still answer calls.
    var watched: [Watched] = []
  }

  private let node: NodeName
  private let address: NodeAddress
  /// Where this process listens, for who wants to know where it is.
  private let source: NodeAddress
  private let group: any EventLoopGroup
  private let limits: HTTP2Limits
  private let connectTimeout: Duration
  private let resolver: (any Resolver & Sendable)?
  private let security: TransportSecurity?
  private let tally: ConnectionTally
  private let onLoss: @Sendable () -> Void
  private let state: Guarded<State>

  init(
    node: NodeName, address: NodeAddress, lastSeen: String? = nil, from source: NodeAddress,
    group: any EventLoopGroup, limits: HTTP2Limits,
    connectTimeout: Duration, resolver: (any Resolver & Sendable)? = nil,
    security: TransportSecurity? = nil, tally: ConnectionTally,
    onLoss: @escaping @Sendable () -> Void
  ) {
    self.node = node
    self.address = address
    self.source = source
    self.group = group
    self.limits = limits
    self.connectTimeout = connectTimeout
    self.resolver = resolver
    self.security = security
    self.tally = tally
    self.onLoss = onLoss
    state = Guarded(State(lastSeen: lastSeen))
  }

  /// The node has called from there.
  func saw(at host: String) {
    let sightings = state.withLock { state in
      state.lastSeen = host
      return state.sightings
    }
    sightings?.yield(host)
  }

  /// Sends a call on the open connection, or on the one that its first call opens.
  func begin(_ call: PeerCall) {
    enum Way { case open(HTTP2ClientConnection), soon, closed }
    let way = state.withLock { state -> Way in
      switch state.phase {
      case .open(let connection) where connection.isOpen: return .open(connection)
      case .idle, .open:
        // The former connection, if any, ends when its calls in flight have ended: it carried its
        // share of requests, or the peer is about to leave.
        state.searchCount += 1
        let number = state.searchCount
        state.searches[number] = Task { await search(number) }
        state.phase = .connecting([call])
      case .connecting(let waiting): state.phase = .connecting(waiting + [call])
      case .closed: return .closed
      }
      return .soon
    }
    switch way {
    case .open(let connection): send(call, on: connection)
    case .soon: break
    case .closed: call.fail(closedError)
    }
  }

  private func send(_ call: PeerCall, on connection: HTTP2ClientConnection) {
    call.begin(on: connection) { self.begin(call) }
  }

  /// Ends the connection and refuses all further calls.
  func close() async {
    let (phase, searches, watched) = state.withLock { state in
      defer { state.phase = .closed }
      return (state.phase, state.searches.values.map(\.self), state.watched)
    }
    if case .connecting(let waiting) = phase {
      for call in waiting { call.fail(closedError) }
    }
    for search in searches { search.cancel() }
    for search in searches { await search.value }
    for each in watched {
      await each.connection.close()
      await each.task.value
    }
  }

  private var closedError: ClusterError { .unreachable(node, why: "The way to it was closed.") }

  // MARK: The connection

  private enum SearchEvent {
    case made(HTTP2ClientConnection)
    case failed(NodeSearch.Place, HTTP2Error)
    case patienceIsOver
    case saw(String)
    case nothing
  }

  /// Looks for the node until it is found or there is nowhere left to look; what is under way then is
  /// given up, and waited for.
  private func search(_ number: Int) async {
    let (sightings, continuation) = AsyncStream.makeStream(
      of: String.self, bufferingPolicy: .bufferingNewest(1))
    let lastSeen = state.withLock { state in
      state.sightings = continuation
      return state.lastSeen
    }
    var search = NodeSearch(for: address.host, lastSeen: lastSeen)
    var why: HTTP2Error?
    var hasEnded = false
    await withTaskGroup(of: SearchEvent.self) { group in
      let first = search.begin()
      group.addTask { await self.attempt(first) }
      group.addTask { await Self.wait() }
      group.addTask { await Self.next(of: sightings) }
      while let event = await group.next() {
        var place: NodeSearch.Place?
        switch event {
        case .made(let connection):
          guard !hasEnded, let waiting = opened(connection) else {
            await connection.close()
            continue
          }
          hasEnded = true
          group.cancelAll()
          for call in waiting { send(call, on: connection) }
        case .failed(let at, let error):
          // What the operator wrote is what he can mend.
          if why == nil || at == .advertised { why = error }
          place = search.failed(at: at)
        case .patienceIsOver: place = search.patienceIsOver()
        case .saw(let host):
          place = search.saw(at: host)
          group.addTask { await Self.next(of: sightings) }
        case .nothing: break
        }
        guard !hasEnded else { continue }
        if let place { group.addTask { await self.attempt(place) } }
        if search.isOver {
          hasEnded = true
          group.cancelAll()
          for call in failed() { call.fail(ClusterError(why ?? .cancelled, of: node)) }
        }
      }
    }
    state.withLock { $0.searches[number] = nil }
  }

  private static func wait() async -> SearchEvent {
    (try? await Task.sleep(for: NodeSearch.patience)) == nil ? .nothing : .patienceIsOver
  }

  private static func next(of sightings: AsyncStream<String>) async -> SearchEvent {
    for await host in sightings { return .saw(host) }
    return .nothing
  }

  /// Between loopback addresses, of which a machine has many, a process calls from where it listens, as
  /// one in a container of its own does. Elsewhere the system knows better which address is heard.
  private func source(for host: String) -> String? {
    let isBeside = source.isLoopback && NodeAddress(host: host, port: 0).isLoopback
    let isSameKind = source.host.contains(":") == host.contains(":")
    return isBeside && isSameKind && source.isNumeric ? source.host : nil
  }

  private func attempt(_ place: NodeSearch.Place) async -> SearchEvent {
    var host = address.host
    if case .seen(let seen) = place { host = seen }
    do throws(HTTP2Error) {
      return .made(
        try await HTTP2ClientConnection.connect(
          host: host, port: address.port, on: group, limits: limits, timeout: connectTimeout,
          tls: security?.tls, expecting: security?.name(node), resolver: resolver,
          from: source(for: host)))
    } catch {
      return .failed(place, error)
    }
  }

  /// Moves to `open`; nil when the peer was closed meanwhile.
  private func opened(_ connection: HTTP2ClientConnection) -> [PeerCall]? {
    state.withLock { state in
      guard case .connecting(let waiting) = state.phase else { return nil }
      state.phase = .open(connection)
      state.sightings = nil
      tally.open()
      let task = Task { await watch(connection) }
      state.watched.append(Watched(connection: connection, task: task))
      return waiting
    }
  }

  private func failed() -> [PeerCall] {
    state.withLock { state in
      guard case .connecting(let waiting) = state.phase else { return [] }
      state.phase = .idle
      state.sightings = nil
      return waiting
    }
  }

  /// Waits for the end of a connection and reports it if this side did not mean it.
  private func watch(_ connection: HTTP2ClientConnection) async {
    await connection.closed()
    tally.close(isLost: !connection.heardGoodbye)
    let isLost = state.withLock { state in
      state.watched.removeAll { $0.connection === connection }
      switch state.phase {
      case .open(let current) where current === connection:
        state.phase = .idle
        return !connection.isRetired
      // The attempt to replace a connection that was about to end has failed already.
      case .idle: return !connection.isRetired
      case .open, .connecting, .closed: return false
      }
    }
    if isLost { onLoss() }
  }
}

extension HTTP2Headers {
  init(_ headers: [CallHead.Header]) {
    self.init(headers.map { Field(name: $0.name, value: $0.value) })
  }
}
