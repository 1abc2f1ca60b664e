import HTTP2Connection
import NIOCore
import NIOPosix

/// The way to one other node: at most one connection, shared by all calls.
///
/// A host's name is looked up anew for each connection, so that a node is found when its address
/// changes.
///
///     idle ──call──▶ connecting ──made──▶ open
///      ▲                 │                  │
///      └─────failed──────┴───────lost───────┘      close: from any state, for good
final class HTTP2Peer: Sendable {
  private enum Phase {
    case idle
    case connecting(Task<Void, Never>, [PeerCall])
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
    /// The open connection, and former ones that still answer calls.
    var watched: [Watched] = []
  }

  private let node: NodeName
  private let address: NodeAddress
  private let group: any EventLoopGroup
  private let limits: HTTP2Limits
  private let connectTimeout: Duration
  private let resolver: (any Resolver & Sendable)?
  private let security: TransportSecurity?
  private let tally: ConnectionTally
  private let onLoss: @Sendable () -> Void
  private let state = Guarded(State())

  init(
    node: NodeName, address: NodeAddress, group: any EventLoopGroup, limits: HTTP2Limits,
    connectTimeout: Duration, resolver: (any Resolver & Sendable)? = nil,
    security: TransportSecurity? = nil, tally: ConnectionTally,
    onLoss: @escaping @Sendable () -> Void
  ) {
    self.node = node
    self.address = address
    self.group = group
    self.limits = limits
    self.connectTimeout = connectTimeout
    self.resolver = resolver
    self.security = security
    self.tally = tally
    self.onLoss = onLoss
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
        state.phase = .connecting(Task { await connect() }, [call])
      case .connecting(let task, let waiting): state.phase = .connecting(task, waiting + [call])
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
    let (phase, watched) = state.withLock { state in
      defer { state.phase = .closed }
      return (state.phase, state.watched)
    }
    if case .connecting(let connecting, let waiting) = phase {
      for call in waiting { call.fail(closedError) }
      connecting.cancel()
      await connecting.value
    }
    for each in watched {
      await each.connection.close()
      await each.task.value
    }
  }

  private var closedError: ClusterError { .unreachable(node, why: "The way to it was closed.") }

  // MARK: The connection

  private func connect() async {
    do throws(HTTP2Error) {
      let connection = try await HTTP2ClientConnection.connect(
        host: address.host, port: address.port, on: group, limits: limits, timeout: connectTimeout,
        tls: security?.tls, expecting: security?.name(node), resolver: resolver)
      guard let waiting = opened(connection) else { return await connection.close() }
      for call in waiting { send(call, on: connection) }
    } catch {
      for call in failed() { call.fail(ClusterError(error, of: node)) }
    }
  }

  /// Moves to `open`; nil when the peer was closed meanwhile.
  private func opened(_ connection: HTTP2ClientConnection) -> [PeerCall]? {
    state.withLock { state in
      guard case .connecting(_, let waiting) = state.phase else { return nil }
      state.phase = .open(connection)
      tally.open()
      let task = Task { await watch(connection) }
      state.watched.append(Watched(connection: connection, task: task))
      return waiting
    }
  }

  private func failed() -> [PeerCall] {
    state.withLock { state in
      guard case .connecting(_, let waiting) = state.phase else { return [] }
      state.phase = .idle
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
