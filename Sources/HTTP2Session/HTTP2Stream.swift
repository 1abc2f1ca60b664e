/// One request and its response, as far as they have come. Confined to its session.
///
///     client:  head sent → response head → body → complete → closed
///     server:  head → admitted → body → complete → response sent → closed
///                   ↘ refused: body dropped → response sent → closed
final class HTTP2Stream {
  /// Where the incoming message stands.
  enum Phase {
    case head
    case body
    case complete
    /// A limit was passed or the request was refused: what still arrives is dropped.
    case dropped
  }

  let id: Int32
  @exclusivity(unchecked) var phase = Phase.head

  // The incoming message.
  @exclusivity(unchecked) var method = ""
  @exclusivity(unchecked) var path = ""
  /// A response's status, 0 in a request.
  @exclusivity(unchecked) var status = 0
  @exclusivity(unchecked) var headers = HTTP2Headers()
  @exclusivity(unchecked) var body: [UInt8] = []
  /// Name + value + 32 for each field so far, trailers included.
  @exclusivity(unchecked) var headerListBytes = 0

  // The outgoing message.
  @exclusivity(unchecked) var outgoing: [UInt8] = []
  /// How much of `outgoing` is serialised.
  @exclusivity(unchecked) var sentBytes = 0
  /// The head was serialised, so the peer may act on it.
  @exclusivity(unchecked) var headWasSent = false
  @exclusivity(unchecked) var responseWasSubmitted = false

  /// Both bodies come and go in pieces, for as long as there is something to say.
  @exclusivity(unchecked) var isOpenEnded = false
  /// What is left to say when all of an open-ended `outgoing` is out; nil while more may follow.
  @exclusivity(unchecked) var trailers: HTTP2Headers?
  /// Bytes of an open-ended body that came and were not dealt with yet.
  @exclusivity(unchecked) var untakenBytes = 0
  /// How much of that keeps the window of the connection shut, too.
  @exclusivity(unchecked) var withheldBytes = 0

  /// What this stream adds to its session's `bufferedBytes`.
  @exclusivity(unchecked) var bufferedBytes = 0
  /// Set when we end the stream for a reason that the error code does not tell.
  @exclusivity(unchecked) var end: HTTP2StreamEnd?
  /// The peer brought that about, by more than it may send.
  @exclusivity(unchecked) var isPeersFault = false

  init(id: Int32) { self.id = id }

  /// The head of the request that came (server).
  var requestHead: HTTP2RequestHead {
    HTTP2RequestHead(method: method, path: path, headers: headers)
  }

  var isOutgoingComplete: Bool { sentBytes == outgoing.count }

  /// Forgets an informational response (1xx), after which the real one comes.
  func startHeadAgain() {
    status = 0
    headers = HTTP2Headers()
    phase = .head
  }
}
