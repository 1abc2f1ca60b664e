import HTTP2Connection
import NIOCore

/// The way to one other node: at most one connection, shared by all calls.
///
///     idle ──call──▶ connecting ──made──▶ open
///      ▲                 │                  │
///      └─────failed──────┴───────lost───────┘      close: from any state, for good
final class HTTP2Peer: Sendable {
  private typealias Waiter = OneShot<HTTP2ClientConnection, ClusterError>

  private enum Phase {
    case idle
    case connecting(Task<Void, Never>, [Waiter])
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
  private let onLoss: @Sendable () -> Void
  private let state = Guarded(State())

  init(
    node: NodeName, address: NodeAddress, group: any EventLoopGroup, limits: HTTP2Limits,
    connectTimeout: Duration, onLoss: @escaping @Sendable () -> Void
  ) {
    self.node = node
    self.address = address
    self.group = group
    self.limits = limits
    self.connectTimeout = connectTimeout
    self.onLoss = onLoss
  }

  func send(_ request: CallRequest) async throws(ClusterError) -> CallReply {
    let connection = try await connection()
    let head = HTTP2RequestHead(
      method: "POST", path: request.head.path, headers: HTTP2Headers(request.head.headers))
    let response: HTTP2Response
    do {
      response = try await connection.send(HTTP2Request(head: head, body: request.body))
    } catch {
      throw translate(error)
    }
    return try CallReply(
      status: response.status, header: { response.headers[$0] }, body: response.body)
  }

  /// Ends the connection and refuses all further calls.
  func close() async {
    let (phase, watched) = state.withLock { state in
      defer { state.phase = .closed }
      return (state.phase, state.watched)
    }
    if case .connecting(let connecting, let waiters) = phase {
      for waiter in waiters { waiter.fulfil(.failure(closedError)) }
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

  private func connection() async throws(ClusterError) -> HTTP2ClientConnection {
    let waiter = Waiter()
    let open = try state.withLock { (state) throws(ClusterError) -> HTTP2ClientConnection? in
      switch state.phase {
      case .open(let connection) where connection.isOpen: return connection
      case .idle, .open:
        // The former connection, if any, ends when its calls in flight have ended.
        state.phase = .connecting(Task { await connect() }, [waiter])
      case .connecting(let task, let waiters): state.phase = .connecting(task, waiters + [waiter])
      case .closed: throw closedError
      }
      return nil
    }
    if let open { return open }
    return try await waiter.value { .cancelled }
  }

  private func connect() async {
    do throws(HTTP2Error) {
      let connection = try await HTTP2ClientConnection.connect(
        host: address.host, port: address.port, on: group, limits: limits, timeout: connectTimeout)
      let waiters = opened(connection)
      for waiter in waiters ?? [] { waiter.fulfil(.success(connection)) }
      if waiters == nil { await connection.close() }
    } catch {
      let error = translate(error)
      for waiter in failed() { waiter.fulfil(.failure(error)) }
    }
  }

  /// Moves to `open`; nil when the peer was closed meanwhile.
  private func opened(_ connection: HTTP2ClientConnection) -> [Waiter]? {
    state.withLock { state in
      guard case .connecting(_, let waiters) = state.phase else { return nil }
      state.phase = .open(connection)
      let task = Task { await watch(connection) }
      state.watched.append(Watched(connection: connection, task: task))
      return waiters
    }
  }

  private func failed() -> [Waiter] {
    state.withLock { state in
      guard case .connecting(_, let waiters) = state.phase else { return [] }
      state.phase = .idle
      return waiters
    }
  }

  /// Waits for the end of a connection and reports it if it was not ours.
  private func watch(_ connection: HTTP2ClientConnection) async {
    await connection.closed()
    let isLost = state.withLock { state in
      state.watched.removeAll { $0.connection === connection }
      switch state.phase {
      case .open(let current) where current === connection:
        state.phase = .idle
        return true
      // The attempt to replace a connection that was about to end has failed already.
      case .idle: return true
      case .open, .connecting, .closed: return false
      }
    }
    if isLost { onLoss() }
  }

  private func translate(_ error: HTTP2Error) -> ClusterError {
    switch error {
    case .refused, .closed: .connectionLost(node: node, mayHaveRun: false)
    case .reset: .connectionLost(node: node, mayHaveRun: true)
    case .connectionLost(let mayHaveRun): .connectionLost(node: node, mayHaveRun: mayHaveRun)
    case .cancelled: .cancelled
    case .tooLarge: .protocolViolation("The call or its answer is larger than the limits allow.")
    case .protocolViolation(let why): .protocolViolation(why)
    case .cannotConnect(let why): .unreachable(node, why: why)
    }
  }
}

extension HTTP2Headers {
  init(_ headers: [CallHead.Header]) {
    self.init(headers.map { Field(name: $0.name, value: $0.value) })
  }
}
