import HTTP2Session
import NIOCore

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
  private var openStreams: [Int32: HTTP2OpenStream] = [:]
  /// How many more requests may go out before the connection is left for a fresh one.
  private var requestsLeft: Int
  private var isLeaving = false
  private let limits: HTTP2Limits

  init(limits: HTTP2Limits) {
    self.limits = limits
    requestsLeft = limits.requestsPerConnection
  }

  /// How many streams the connection keeps, cancelled ones included until they are told to the peer.
  var openStreamCount: Int { connection?.session?.openStreamCount ?? 0 }

  func start(
    _ request: HTTP2Request, _ call: HTTP2Call, _ ending: @escaping Ending
  ) {
    guard !call.isCancelled else { return ending(.failure(.cancelled)) }
    guard waiting.count < limits.callsInFlight,
      connection?.session?.hasRoom(for: request) ?? true
    else { return ending(.failure(.busy)) }
    guard let connection, connection.status.isOpen,
      let stream = connection.session?.submit(request)
    else {
      connection?.status.takeNoMoreRequests()
      return ending(.failure(.closed))
    }
    call.stream = stream
    waiting[stream] = ending
    wasSubmitted(to: connection)
  }

  /// Opens a stream; nil when the connection takes no further requests.
  func open(_ head: HTTP2RequestHead, on eventLoop: any EventLoop) -> HTTP2OpenStream? {
    guard let connection, connection.status.isOpen,
      let id = connection.session?.openRequest(head)
    else {
      connection?.status.takeNoMoreRequests()
      return nil
    }
    let stream = HTTP2OpenStream(id, of: self, on: eventLoop)
    openStreams[id] = stream
    wasSubmitted(to: connection)
    return stream
  }

  private func wasSubmitted(to connection: HTTP2ConnectionHandler) {
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
    openStreams.removeValue(forKey: stream)?.hearGone(HTTP2Error(end))
    guard let ending = waiting.removeValue(forKey: stream) else { return }
    ending(.failure(HTTP2Error(end)))
  }

  func peerSaidGoAway(lastStream: Int32, code: HTTP2ErrorCode) {
    connection?.status.takeNoMoreRequests()
    connection?.status.hearGoodbye()
  }

  func connectionClosed(violation: String?) {
    let (lost, cut) = (waiting, openStreams)
    waiting = [:]
    openStreams = [:]
    func error(of stream: Int32) -> HTTP2Error {
      let mayHaveRun = connection?.session?.mayHaveRun(stream) ?? true
      return violation.map { .protocolViolation($0) } ?? .connectionLost(mayHaveRun: mayHaveRun)
    }
    for (stream, ending) in lost { ending(.failure(error(of: stream))) }
    for (id, stream) in cut { stream.hearGone(error(of: id)) }
  }

  func headArrived(_ head: HTTP2Response, on stream: Int32) {
    openStreams[stream]?.hear(head: head)
  }

  func partArrived(_ part: [UInt8], on stream: Int32) { openStreams[stream]?.hear(part) }

  func partsEnded(trailers: HTTP2Headers, on stream: Int32) {
    openStreams[stream]?.hearEnd(trailers: trailers)
  }

  func partsWereSent(_ count: Int, on stream: Int32) { openStreams[stream]?.hearSent(count) }

  // A client gets no requests; nghttp2 ends a connection that sends some.
  func admit(_ head: HTTP2RequestHead, on stream: Int32) -> HTTP2Response? { nil }
  func requestArrived(_ body: [UInt8], on stream: Int32) {}
}
