import HTTP2Session

/// Answers the requests that reach a server.
public protocol HTTP2Responder: Sendable {
  /// Decides about a request by its head, before its body arrives.
  ///
  /// Called on the event loop, so it must be quick.
  func admit(_ head: HTTP2RequestHead) -> HTTP2Admission

  /// The same, knowing who asks: nil on a connection without TLS or of a stranger.
  func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Admission
}

extension HTTP2Responder {
  public func admit(_ head: HTTP2RequestHead, from peer: HTTP2VerifiedPeer?) -> HTTP2Admission {
    admit(head)
  }
}

/// What becomes of a request.
public enum HTTP2Admission: Sendable {
  /// Takes the whole body and answers once, now or later and from anywhere.
  ///
  /// Called on the event loop. What it returns is ended when the client gives the request up or the
  /// connection ends; the answer is then of no more use.
  public typealias Service =
    @Sendable (
      _ body: [UInt8], _ answer: @escaping @Sendable (HTTP2Response) -> Void
    ) -> HTTP2Work

  /// Answers at once; the body is never kept.
  case answer(HTTP2Response)
  /// Lets the body in.
  case take(Service)

  /// Reads and writes for as long as the stream is open. Called on the event loop. What it returns is
  /// ended when the stream or the connection ends, and when the server wants to leave.
  public typealias Conversation = @Sendable (HTTP2OpenStream) -> HTTP2Work

  /// Opens a stream: begins the response with status 200 and these headers, and lets both bodies come and
  /// go as things happen.
  case converse(HTTP2Headers, Conversation)

  /// Opens a stream and serves it from a task.
  ///
  /// - Parameters:
  ///   - executor: where the task runs; nil means the global pool.
  ///   - serve: returns the trailers, which end the stream. When its task is cancelled, the client has
  ///     gone or the server wants to leave.
  public static func stream(
    _ headers: HTTP2Headers = [:], on executor: (any TaskExecutor)? = nil,
    _ serve: @escaping @Sendable (HTTP2OpenStream) async -> HTTP2Headers
  ) -> HTTP2Admission {
    .converse(headers) { stream in
      let task = Task(executorPreference: executor) {
        stream.finish(trailers: await serve(stream))
      }
      return HTTP2Work { task.cancel() }
    }
  }

  /// Lets the body in and answers from a task.
  ///
  /// - Parameter executor: where the task runs; nil means the global pool.
  public static func task(
    on executor: (any TaskExecutor)? = nil,
    _ respond: @escaping @Sendable (_ body: [UInt8]) async -> HTTP2Response
  ) -> HTTP2Admission {
    .take { body, answer in
      let task = Task(executorPreference: executor) { answer(await respond(body)) }
      return HTTP2Work { task.cancel() }
    }
  }
}

/// Work on a request that may be given up.
public struct HTTP2Work: Sendable {
  /// Nothing that could be ended.
  public static let none = HTTP2Work {}

  let cancel: @Sendable () -> Void

  public init(cancel: @escaping @Sendable () -> Void) { self.cancel = cancel }
}
