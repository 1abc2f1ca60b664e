import HTTP2Session
import NIOCore

/// The requests that run on one connection of a server. Confined to its event loop.
///
/// Each has a task, which is cancelled when its stream or the connection ends.
final class ServerRequests: HTTP2StreamOwner {
  /// The connection, until it is gone.
  weak var connection: HTTP2ConnectionHandler?
  /// Who asks; nil without TLS, and for a stranger.
  var peer: HTTP2VerifiedPeer?
  /// What little the peer may ask for; nil for anything.
  var restriction: PeerRestriction?
  private let responder: any HTTP2Responder
  private let executor: (any TaskExecutor)?
  private let eventLoop: any EventLoop
  private var running: [Int32: Task<Void, Never>] = [:]

  init(
    responder: any HTTP2Responder, executor: (any TaskExecutor)?, eventLoop: any EventLoop
  ) {
    self.responder = responder
    self.executor = executor
    self.eventLoop = eventLoop
  }

  var openStreamCount: Int { connection?.session?.openStreamCount ?? 0 }
  /// Bodies held for this connection in bytes.
  var bufferedBytes: Int { connection?.session?.bufferedBytes ?? 0 }

  func admit(_ head: HTTP2RequestHead, on stream: Int32) -> HTTP2Response? {
    guard let restriction, !restriction.allows(head) else {
      return responder.admit(head, from: peer)
    }
    leaveSoon()
    return HTTP2Response(
      status: 401, headers: ["content-type": "text/plain; charset=utf-8"],
      body: Array("You were refused: \(restriction.why).\n".utf8))
  }

  func requestArrived(_ request: HTTP2Request, on stream: Int32) {
    connection?.status.countRequest()
    let requests = NIOLoopBound(self, eventLoop: eventLoop)
    running[stream] = Task(executorPreference: executor) { [responder, eventLoop, peer] in
      let response = await responder.respond(to: request, from: peer)
      eventLoop.execute { requests.value.finish(stream, with: response) }
    }
  }

  func streamClosed(_ stream: Int32, _ end: HTTP2StreamEnd) {
    running.removeValue(forKey: stream)?.cancel()
  }

  func connectionClosed(violation: String?) {
    for task in running.values { task.cancel() }
    running = [:]
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
    guard running.removeValue(forKey: stream) != nil else { return }
    connection?.session?.respond(response, to: stream)
    connection?.flushSoon()
  }

  // A server gets no responses, and a client that goes away closes the connection when it is done.
  func responseArrived(_ response: HTTP2Response, on stream: Int32) {}
  func peerSaidGoAway(lastStream: Int32, code: HTTP2ErrorCode) {}
}
