import HTTP2Session
import NIOCore

/// The requests that run on one connection of a server. Confined to its event loop.
///
///     admitted ──body complete──▶ running ──answered──▶ gone
///         └──────── stream or connection ended ──────────▲  (running work is cancelled)
///     open ──stream or connection ended──▶ gone
final class ServerRequests: HTTP2StreamOwner {
  private enum Request {
    case admitted(HTTP2Admission.Service)
    case running(HTTP2Work)
    case open(HTTP2OpenStream, HTTP2Work)

    /// The stream is gone: what was begun for it ends.
    func end(_ error: HTTP2Error) {
      switch self {
      case .admitted: break
      case .running(let work): work.cancel()
      case .open(let stream, let work):
        stream.hearGone(error)
        work.cancel()
      }
    }
  }

  /// The connection, until it is gone.
  weak var connection: HTTP2ConnectionHandler?
  /// Who asks; nil without TLS, and for a stranger.
  var peer: HTTP2VerifiedPeer?
  /// What little the peer may ask for; nil for anything.
  var restriction: PeerRestriction?
  /// Hears why such a peer was refused what it asked for.
  var onRefusal: (_ why: String) -> Void = { _ in }
  private let responder: any HTTP2Responder
  private let eventLoop: any EventLoop
  private let tally: ConnectionTally
  let budget: BufferBudget
  private var requests: [StreamID: Request] = [:]
  /// The stream whose service is being called; nil as soon as that has answered.
  private var beginning: Int32?
  /// The server wants to leave.
  private var isLeaving = false

  init(
    responder: any HTTP2Responder, eventLoop: any EventLoop, tally: ConnectionTally,
    budget: BufferBudget
  ) {
    self.budget = budget
    self.responder = responder
    self.eventLoop = eventLoop
    self.tally = tally
  }

  /// Requests may come from now on, over this handler.
  func begin(over handler: HTTP2ConnectionHandler) {
    connection = handler
    tally.open()
  }

  var openStreamCount: Int { connection?.session?.openStreamCount ?? 0 }
  /// Bodies held for this connection in bytes.
  var bufferedBytes: Int { connection?.session?.bufferedBytes ?? 0 }

  func admit(_ head: HTTP2RequestHead, on stream: Int32) -> HTTP2Response? {
    if let restriction, !restriction.allows(head) {
      onRefusal(restriction.why)
      leaveSoon()
      return HTTP2Response(
        status: 401, headers: ["content-type": "text/plain; charset=utf-8"],
        body: Array("You were refused: \(restriction.why).\n".utf8))
    }
    switch responder.admit(head, from: peer) {
    case .answer(let response): return response
    case .take(let service):
      requests[StreamID(stream)] = .admitted(service)
    case .converse(let headers, let conversation):
      connection?.status.countRequest()
      connection?.session?.openResponse(headers, to: stream)
      let open = HTTP2OpenStream(stream, of: self, on: eventLoop)
      let work = conversation(open)
      requests[StreamID(stream)] = .open(open, work)
      if isLeaving { work.cancel() }
    }
    return nil
  }

  func requestArrived(_ body: [UInt8], on stream: Int32) {
    guard case .admitted(let service) = requests.removeValue(forKey: StreamID(stream)) else {
      return
    }
    connection?.status.countRequest()
    let answer = NIOLoopBound(self, eventLoop: eventLoop)
    beginning = stream
    let work = service(body) { [eventLoop] response in
      if eventLoop.inEventLoop {
        answer.value.finish(stream, with: response)
      } else {
        eventLoop.execute { answer.value.finish(stream, with: response) }
      }
    }
    // It may have been answered already.
    if beginning == stream { requests[StreamID(stream)] = .running(work) }
    beginning = nil
  }

  func streamClosed(_ stream: Int32, _ end: HTTP2StreamEnd) {
    requests.removeValue(forKey: StreamID(stream))?.end(HTTP2Error(end))
  }

  /// Asks the work on open streams to end, since they would go on for ever, and on those that still come.
  func endConversations() {
    isLeaving = true
    for case .open(_, let work) in requests.values { work.cancel() }
  }

  func connectionClosed(violation: String?) {
    tally.close(isLost: !(connection?.status.heardGoodbye ?? false))
    let open = requests.values
    requests = [:]
    for request in open { request.end(.connectionLost(mayHaveRun: true)) }
  }

  /// Lets what is answered go out, then closes.
  private func leaveSoon() {
    let requests = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.execute { requests.value.connection?.drain(within: Self.farewell) }
  }

  /// How long a peer that asked for too much may take to read the answer.
  private static let farewell = TimeAmount.seconds(1)

  private func finish(_ stream: Int32, with response: HTTP2Response) {
    // The stream may have ended meanwhile; then nobody waits for the response.
    if beginning == stream {
      beginning = nil
    } else if requests.removeValue(forKey: StreamID(stream)) == nil {
      return
    }
    guard let connection else { return }
    connection.session?.respond(response, to: stream)
    connection.flushSoon()
  }

  // A client that goes away closes the connection when it is done.
  func peerSaidGoAway(lastStream: Int32, code: HTTP2ErrorCode) {
    connection?.status.hearGoodbye()
  }

  func partArrived(_ part: [UInt8], on stream: Int32) { openStream(stream)?.hear(part) }

  func partsEnded(trailers: HTTP2Headers, on stream: Int32) {
    openStream(stream)?.hearEnd(trailers: trailers)
  }

  func partsWereSent(_ count: Int, on stream: Int32) { openStream(stream)?.hearSent(count) }

  private func openStream(_ id: Int32) -> HTTP2OpenStream? {
    if case .open(let stream, _) = requests[StreamID(id)] { stream } else { nil }
  }

  // A server gets no responses.
  func responseArrived(_ response: HTTP2Response, on stream: Int32) {}
}
