import HTTP2Connection

/// One call on its way to another node: it waits for a connection, is sent on it, and is sent once
/// more on the next one if it certainly did not run.
///
///     waiting ──begin(on:)──▶ sent ──ended──▶ over
///        └───────withdraw──────┴──────────────▲
final class PeerCall: Sendable {
  typealias Outcome = Result<CallReply, ClusterError>

  private enum Phase {
    case waiting
    case sent(HTTP2Call)
    case over
  }

  private struct State {
    var phase = Phase.waiting
    var wasRepeated = false
  }

  private let request: HTTP2Request
  private let node: NodeName
  private let then: @Sendable (Outcome) -> Void
  private let state = Guarded(State())

  init(_ request: HTTP2Request, to node: NodeName, then: @escaping @Sendable (Outcome) -> Void) {
    self.request = request
    self.node = node
    self.then = then
  }

  /// Sends it on a connection.
  ///
  /// - Parameter again: finds another connection, when this one takes no more calls.
  func begin(on connection: HTTP2ClientConnection, again: @escaping @Sendable () -> Void) {
    guard state.withLock({ if case .waiting = $0.phase { true } else { false } }) else { return }
    let call = connection.begin(request) { [self] result in
      switch result {
      case .success(let response): end(reply(response))
      case .failure(let error):
        let error = ClusterError(error, of: node)
        if case .connectionLost(_, mayHaveRun: false) = error, mayRepeat() { return again() }
        end(.failure(error))
      }
    }
    let isOver = state.withLock { state in
      switch state.phase {
      case .waiting:
        state.phase = .sent(call)
        return false
      case .sent: return false
      case .over: return true
      }
    }
    if isOver { call.cancel() }
  }

  /// Ends it before it was sent.
  func fail(_ error: ClusterError) { end(.failure(error)) }

  /// Takes it back.
  func withdraw() {
    let sent = state.withLock { state -> HTTP2Call? in
      if case .sent(let call) = state.phase { call } else { nil }
    }
    end(.failure(.cancelled))
    sent?.cancel()
  }

  /// True once.
  private func mayRepeat() -> Bool {
    state.withLock { state in
      if case .over = state.phase { return false }
      guard !state.wasRepeated else { return false }
      state.wasRepeated = true
      state.phase = .waiting
      return true
    }
  }

  private func end(_ outcome: Outcome) {
    let isFirst = state.withLock { state in
      if case .over = state.phase { return false }
      state.phase = .over
      return true
    }
    if isFirst { then(outcome) }
  }

  private func reply(_ response: HTTP2Response) -> Outcome {
    do throws(ClusterError) {
      return .success(
        try CallReply(
          status: response.status, header: { response.headers[$0] }, body: response.body))
    } catch {
      return .failure(error)
    }
  }
}

extension ClusterError {
  /// What the failure of a connection means for a call.
  init(_ error: HTTP2Error, of node: NodeName) {
    self =
      switch error {
      case .refused, .closed: .connectionLost(node: node, mayHaveRun: false)
      case .reset: .connectionLost(node: node, mayHaveRun: true)
      case .connectionLost(let mayHaveRun): .connectionLost(node: node, mayHaveRun: mayHaveRun)
      case .cancelled: .cancelled
      case .tooLarge:
        .protocolViolation("The call or its answer is larger than the limits allow.")
      case .protocolViolation(let why): .protocolViolation(why)
      case .cannotConnect(let why): .unreachable(node, why: why)
      }
  }
}
