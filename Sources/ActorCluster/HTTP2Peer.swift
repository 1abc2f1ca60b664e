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
  fileprivate enum Phase {
    case idle
    case connecting
    case open(HTTP2ClientConnection)
    case closed
  }

  /// A connection that lives, and the task that waits for its end.
  fileprivate struct Watched {
    let connection: HTTP2ClientConnection
    let task: Task<Void, Never>
  }

  struct State {
    fileprivate var phase = Phase.idle
    /// The calls that wait for a connection: empty unless one is being made.
    var waiting: [PeerCall] = []
    /// The search that goes on, and former ones of which something is still under way.
    var searches: [Int: Task<Void, Never>] = [:]
    var searchCount = 0
    var lastSeen: String?
    /// Tells the search that goes on.
    var sightings: AsyncStream<String>.Continuation?
    /// The open connection, and former ones that still answer calls.
    fileprivate var watched: [Watched] = []

    mutating func takeWaiting() -> [PeerCall] {
      defer { waiting = [] }
      return waiting
    }
  }

  let node: NodeName
  let address: NodeAddress
  /// Where this process listens, for who wants to know where it is.
  let source: NodeAddress
  let group: any EventLoopGroup
  let limits: HTTP2Limits
  let connectTimeout: Duration
  let resolver: (any Resolver & Sendable)?
  let security: TransportSecurity?
  private let tally: ConnectionTally
  private let onLoss: @Sendable () -> Void
  let state: Guarded<State>

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
    enum Way { case open(HTTP2ClientConnection), soon, busy, closed }
    let way = state.withLock { state -> Way in
      switch state.phase {
      case .open(let connection) where connection.isOpen: return .open(connection)
      case .idle, .open:
        // The former connection, if any, ends when its calls in flight have ended: it carried its
        // share of requests, or the peer is about to leave.
        state.searchCount += 1
        let number = state.searchCount
        state.searches[number] = Task { await search(number) }
        state.phase = .connecting
      case .connecting:
        guard state.waiting.count < limits.callsInFlight else { return .busy }
      case .closed: return .closed
      }
      state.waiting.append(call)
      return .soon
    }
    switch way {
    case .open(let connection): send(call, on: connection)
    case .soon: break
    case .busy: call.fail(.overloaded(node))
    case .closed: call.fail(closedError)
    }
  }

  func send(_ call: PeerCall, on connection: HTTP2ClientConnection) {
    call.begin(on: connection) { self.begin(call) }
  }

  /// Ends the connection and refuses all further calls.
  func close() async {
    let (waiting, searches, watched) = state.withLock { state in
      state.phase = .closed
      return (state.takeWaiting(), state.searches.values.map(\.self), state.watched)
    }
    for call in waiting { call.fail(closedError) }
    for search in searches { search.cancel() }
    for search in searches { await search.value }
    for each in watched {
      await each.connection.close()
      await each.task.value
    }
  }

  private var closedError: ClusterError { .unreachable(node, why: "The way to it was closed.") }

  // MARK: The connection

  /// Moves to `open`; nil when the peer was closed meanwhile.
  func opened(_ connection: HTTP2ClientConnection) -> [PeerCall]? {
    state.withLock { state in
      guard case .connecting = state.phase else { return nil }
      state.phase = .open(connection)
      state.sightings = nil
      tally.open()
      let task = Task { await watch(connection) }
      state.watched.append(Watched(connection: connection, task: task))
      return state.takeWaiting()
    }
  }

  func failed() -> [PeerCall] {
    state.withLock { state in
      guard case .connecting = state.phase else { return [] }
      state.phase = .idle
      state.sightings = nil
      return state.takeWaiting()
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
