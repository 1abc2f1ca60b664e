import HTTP2Session

/// The calls that wait for their responses on one connection. Confined to its event loop.
///
/// Every call that is started ends exactly once: with its response, or with the error that says what
/// became of it.
final class ClientCalls: HTTP2StreamOwner {
  typealias Outcome = Result<HTTP2Response, HTTP2Error>
  typealias Ending = @Sendable (Outcome) -> Void

  /// The connection, until it is gone.
  weak var connection: HTTP2ConnectionHandler?
  private var waiting: [Int32: Ending] = [:]
  /// How many more requests may go out before the connection is left for a fresh one.
  private var requestsLeft: Int
  private var isLeaving = false

  init(limits: HTTP2Limits) { requestsLeft = limits.requestsPerConnection }

  /// How many streams the connection keeps, cancelled ones included until they are told to the peer.
  var openStreamCount: Int { connection?.session?.openStreamCount ?? 0 }

  func start(
    _ request: HTTP2Request, _ call: HTTP2Call, _ ending: @escaping Ending
  ) {
    guard !call.isCancelled else { return ending(.failure(.cancelled)) }
    guard let connection, connection.status.isOpen,
      let stream = connection.session?.submit(request)
    else {
      connection?.status.takeNoMoreRequests()
      return ending(.failure(.closed))
    }
    call.stream = stream
    waiting[stream] = ending
    connection.status.countRequest()
    connection.flushSoon()
    requestsLeft -= 1
    if requestsLeft == 0 { leave() }
  }

  /// Ends the connection as soon as no call is in flight.
  func leave() {
    isLeaving = true
    connection?.status.retire()
    leaveIfQuiet()
  }

  private func leaveIfQuiet() {
    if isLeaving, openStreamCount == 0 { connection?.leave() }
  }

  func cancel(_ call: HTTP2Call) {
    guard let ending = waiting.removeValue(forKey: call.stream) else { return }
    connection?.session?.reset(call.stream, code: .cancel)
    connection?.flushSoon()
    ending(.failure(.cancelled))
  }

  // MARK: What the session says

  func responseArrived(_ response: HTTP2Response, on stream: Int32) {
    waiting.removeValue(forKey: stream)?(.success(response))
  }

  func streamClosed(_ stream: Int32, _ end: HTTP2StreamEnd) {
    leaveIfQuiet()
    guard let ending = waiting.removeValue(forKey: stream) else { return }
    let error: HTTP2Error =
      switch end {
      case .completed: .reset(.noError)
      case .refused: .refused
      case .reset(let code): .reset(code)
      case .tooLarge: .tooLarge
      }
    ending(.failure(error))
  }

  func peerSaidGoAway(lastStream: Int32, code: HTTP2ErrorCode) {
    connection?.status.takeNoMoreRequests()
    connection?.status.hearGoodbye()
  }

  func connectionClosed(violation: String?) {
    let lost = waiting
    waiting = [:]
    for (stream, ending) in lost {
      let mayHaveRun = connection?.session?.mayHaveRun(stream) ?? true
      let error =
        violation.map { HTTP2Error.protocolViolation($0) }
        ?? .connectionLost(mayHaveRun: mayHaveRun)
      ending(.failure(error))
    }
  }

  // A client gets no requests; nghttp2 ends a connection that sends some.
  func admit(_ head: HTTP2RequestHead, on stream: Int32) -> HTTP2Response? { nil }
  func requestArrived(_ body: [UInt8], on stream: Int32) {}
}
