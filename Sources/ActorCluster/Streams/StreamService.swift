import HTTP2Connection

/// Lets those who may subscribe to a topic: `POST /v1/streams/{topic}`.
///
/// The request names the place to go on from (`busbar-reign`, `busbar-after`), and its body grants credit;
/// the response tells the reign, its body holds the items, and its trailers say how it ended.
public struct StreamService: HTTP2Responder {
  /// Where topics are.
  public static let prefix = "/v1/streams/"
  /// More than a twin has operators that look at the same time.
  static let subscriberLimit = 64

  private let topic: StreamTopic
  private let places = Places(subscriberLimit)
  private let maySubscribe: Page.Readers
  private let onRefusal: @Sendable (HTTP2VerifiedPeer?) -> Void

  /// - Parameter onRefusal: hears of every peer that may not subscribe, on the connection's loop.
  public init(
    _ topic: StreamTopic, for maySubscribe: @escaping Page.Readers,
    onRefusal: @escaping @Sendable (HTTP2VerifiedPeer?) -> Void = { _ in }
  ) {
    self.topic = topic
    self.maySubscribe = maySubscribe
    self.onRefusal = onRefusal
  }

  public func admit(_ head: HTTP2RequestHead) -> HTTP2Admission { admit(head, from: nil) }

  public func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Admission {
    guard maySubscribe(peer) else {
      onRefusal(peer)
      return .answer(Page.refusal(of: peer))
    }
    guard let place = places.take() else { return .answer(Page.busy) }
    let headers: HTTP2Headers = [
      "content-type": "application/vnd.busbar.stream", StreamPlace.reignName: "\(topic.reign)",
    ]
    return .stream(headers, on: SharedLoop.executor) { [topic] stream in
      defer { place.leave() }
      return await topic.serve(stream, from: StreamPlace(head.headers)).trailers
    }
  }
}
