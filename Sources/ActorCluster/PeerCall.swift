import HTTP2Connection

/// One call on its way to another node: it waits for a connection, is sent on it, and is sent once
/// more on the next one if it certainly did not run.
///
///     waiting ──begin(on:)──▶ handing over ──▶ sent ──ended──▶ over
///        ▲ └───withdraw────────────┼───────────┼───────────────▲
///        └────certainly did not run┴───────────┘ (once)
final class PeerCall: Sendable {
  typealias Outcome = Result<CallReply, ClusterError>

  private enum Phase {
    case waiting
    /// A connection is being given the request; it may say how that ended before it has returned.
    case handingOver
    case sent(HTTP2Call)
    case over
  }

  private struct State {
    var phase = Phase.waiting
    /// How often a connection was given the request.
    var attempts = 0
    /// Nil when the call is over.
    var request: HTTP2Request?
  }

  /// A call that did not run is sent once more, not again and again.
  private static let maximumAttempts = 2

  private let node: NodeName
  private let then: @Sendable (Outcome) -> Void
  private let state: Guarded<State>

  init(_ request: HTTP2Request, to node: NodeName, then: @escaping @Sendable (Outcome) -> Void) {
    state = Guarded(State(request: request))
    self.node = node
    self.then = then
  }

  /// Sends it on a connection.
  ///
  /// - Parameter again: finds another connection, when this one takes no more calls.
  func begin(on connection: HTTP2ClientConnection, again: @escaping @Sendable () -> Void) {
    let next = state.withLock { state -> (request: HTTP2Request, attempt: Int)? in
      guard case .waiting = state.phase, let request = state.request else { return nil }
      state.phase = .handingOver
      state.attempts += 1
      return (request, state.attempts)
    }
    guard let next else { return }
    let call = connection.begin(next.request) { [self] result in
      switch result {
      case .success(let response): end(reply(response))
      // It has too much to do as long as it stays.
      case .failure(.refused) where connection.isOpen: end(.failure(.overloaded(node)))
      case .failure(let error):
        let error = ClusterError(error, of: node)
        if case .connectionLost(_, mayHaveRun: false) = error, mayRepeat() { return again() }
        end(.failure(error))
      }
    }
    let isOver = state.withLock { state in
      // This attempt may have ended already, and another one be under way.
      guard state.attempts == next.attempt else { return false }
      switch state.phase {
      case .handingOver:
        state.phase = .sent(call)
        return false
      case .waiting, .sent: return false
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

  private func mayRepeat() -> Bool {
    state.withLock { state in
      if case .over = state.phase { return false }
      guard state.attempts < Self.maximumAttempts else { return false }
      state.phase = .waiting
      return true
    }
  }

  private func end(_ outcome: Outcome) {
    let isFirst = state.withLock { state in
      if case .over = state.phase { return false }
      state.phase = .over
      state.request = nil
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
      case .tooLarge:
        .protocolViolation("The call or its answer is larger than the limits allow.")
      case .reset: .connectionLost(node: node, mayHaveRun: true)
      case .busy: .overloaded(node)
      case .connectionLost(let mayHaveRun): .connectionLost(node: node, mayHaveRun: mayHaveRun)
      case .cancelled: .cancelled
      case .protocolViolation(let why): .protocolViolation(why)
      case .cannotConnect(let why): .unreachable(node, why: why)
      }
  }
}
