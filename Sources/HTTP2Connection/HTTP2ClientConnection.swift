import HTTP2Session
import NIOCore
import NIOPosix

/// A connection to a server, on which any number of tasks may send requests at the same time.
///
/// Every `send` ends: with a response, or with the error that says what became of the request, at the
/// latest when the connection is lost. Deadlines are made by cancelling the task that sends.
public final class HTTP2ClientConnection: Sendable {
  private let channel: any Channel
  private let calls: NIOLoopBound<ClientCalls>
  private let status: ConnectionStatus
  /// Who the server is; nil without TLS.
  public let peer: HTTP2VerifiedPeer?

  private init(
    channel: any Channel, calls: NIOLoopBound<ClientCalls>, status: ConnectionStatus,
    peer: HTTP2VerifiedPeer?
  ) {
    self.channel = channel
    self.calls = calls
    self.status = status
    self.peer = peer
  }

  /// Connects to a server that speaks HTTP/2 without an upgrade.
  ///
  /// - Parameters:
  ///   - timeout: for the connection to be made, and as long again for the handshake.
  ///   - tls: what both sides must show; nil for plaintext.
  ///   - expected: the URI that the server must have; nil for any that `tls` lets in.
  ///   - resolver: looks up the host's addresses; the system's unless given.
  ///   - source: the address to call from, in numbers, for a host in numbers; the system chooses unless
  ///     given.
  /// - Throws: `cannotConnect` with a sentence for the operator; `cancelled` if the task is: at
  ///   once, unless a name is being looked up.
  public static func connect(
    host: String, port: Int, on group: any EventLoopGroup, limits: HTTP2Limits = .init(),
    timeout: Duration = .seconds(10), tls: HTTP2Security? = nil,
    expecting expected: String? = nil, resolver: (any Resolver & Sendable)? = nil,
    from source: String? = nil
  ) async throws(HTTP2Error) -> HTTP2ClientConnection {
    let authority = Address.text(host: host, port: port)
    let attempt = ConnectionAttempt()
    let connection: HTTP2ClientConnection
    do {
      let bootstrap = ClientBootstrap(group: group)
        .connectTimeout(TimeAmount(timeout))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .channelOption(.writeBufferWaterMark, value: .busbar)
        .givingUpSilentPeers()
        .resolver(resolver)
      let open = { @Sendable (channel: any Channel) in
        attempt.began(on: channel)
        return channel.eventLoop.makeCompletedFuture {
          try begin(
            on: channel, to: authority, limits, timeout: timeout, tls, expecting: expected)
        }
      }
      connection = try await withTaskCancellationHandler {
        // An address in numbers needs nobody to look it up, nor a thread that waits for that.
        let made =
          if let address = try? SocketAddress(ipAddress: host, port: port) {
            try await bootstrap.calling(from: source).connect(
              to: address, channelInitializer: open)
          } else {
            try await bootstrap.connect(host: host, port: port, channelInitializer: open)
          }
        return try await made.get()
      } onCancel: {
        attempt.giveUp()
      }
    } catch {
      if Task.isCancelled { throw .cancelled }
      if let error = error as? HandshakeError {
        throw .cannotConnect("cannot connect to \(authority): \(error.why)")
      }
      throw .cannotConnect(Address.sentence("cannot connect to \(authority)", because: error))
    }
    if Task.isCancelled {
      await connection.close()
      throw .cancelled
    }
    return connection
  }

  /// Why no handshake came about.
  private struct HandshakeError: Error {
    let why: String
  }

  /// Builds the pipeline; the connection is there when the server has let us in.
  private static func begin(
    on channel: any Channel, to authority: String, _ limits: HTTP2Limits, timeout: Duration,
    _ tls: HTTP2Security?, expecting expected: String?
  ) throws -> EventLoopFuture<HTTP2ClientConnection> {
    let calls = ClientCalls(limits: limits)
    let status = ConnectionStatus()
    let handler = HTTP2ConnectionHandler(
      .client(scheme: tls == nil ? "http" : "https", authority: authority), limits: limits,
      owner: calls, status: status)
    calls.connection = handler
    let bound = NIOLoopBound(calls, eventLoop: channel.eventLoop)
    guard let tls else {
      try channel.pipeline.syncOperations.addHandler(handler)
      return channel.eventLoop.makeSucceededFuture(
        HTTP2ClientConnection(channel: channel, calls: bound, status: status, peer: nil))
    }
    let promise = channel.eventLoop.makePromise(of: HTTP2ClientConnection.self)
    var peer: HTTP2VerifiedPeer?
    let handshake = Handshake(tls, isServer: false, limit: timeout, expecting: expected) {
      opening in
      peer = opening.peer
      return handler
    } ended: { why in
      if let why { return promise.fail(HandshakeError(why: why)) }
      promise.succeed(
        HTTP2ClientConnection(channel: channel, calls: bound, status: status, peer: peer))
    }
    do { try handshake.install(on: channel) } catch {
      promise.fail(error)
      throw error
    }
    // Also when the connection was never made.
    channel.closeFuture.whenComplete { _ in promise.fail(HandshakeError(why: TLSFailure.closed)) }
    return promise.futureResult
  }

  /// Sends a request and waits for the whole response.
  ///
  /// Cancelling the task resets the stream, which cancels the server's task, and returns at once. A
  /// large body goes out as fast as the server takes it.
  public func send(_ request: HTTP2Request) async throws(HTTP2Error) -> HTTP2Response {
    let call = HTTP2Call(calls, on: channel.eventLoop)
    let outcome: ClientCalls.Outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        begin(request, as: call) { continuation.resume(returning: $0) }
      }
    } onCancel: {
      call.cancel()
    }
    return try outcome.get()
  }

  /// Sends a request; `then` hears once how it ended, on the event loop or, for a connection that
  /// takes no more requests, at once.
  public func begin(
    _ request: HTTP2Request,
    then: @escaping @Sendable (Result<HTTP2Response, HTTP2Error>) -> Void
  ) -> HTTP2Call {
    let call = HTTP2Call(calls, on: channel.eventLoop)
    begin(request, as: call, then: then)
    return call
  }

  private func begin(
    _ request: HTTP2Request, as call: HTTP2Call, then: @escaping ClientCalls.Ending
  ) {
    guard status.isOpen else { return then(.failure(.closed)) }
    let eventLoop = channel.eventLoop
    if eventLoop.inEventLoop {
      calls.value.start(request, call, then)
    } else {
      eventLoop.execute { [calls] in calls.value.start(request, call, then) }
    }
  }

  /// Opens a stream: a request whose body, like its response's, is written as things happen.
  ///
  /// The stream is open as long as `body` runs; a server that has not ended it hears that it was given up.
  ///
  /// - Parameter body: reads and writes; to wait for the response's head first is up to it.
  /// - Throws: `closed`, and what `body` throws.
  public func withStream<Answer: Sendable>(
    _ head: HTTP2RequestHead, _ body: (HTTP2OpenStream) async throws -> Answer
  ) async throws -> Answer {
    let eventLoop = channel.eventLoop
    let opening = eventLoop.submit { [calls] in calls.value.open(head, on: eventLoop) }
    guard let stream = try? await opening.get() else { throw HTTP2Error.closed }
    defer { stream.cancel() }
    return try await body(stream)
  }

  /// True while requests should be sent here. False for good from the moment that the peer announces its
  /// end, the connection is lost or has carried its share of requests; calls in flight may still be
  /// answered.
  public var isOpen: Bool { status.isFresh }

  /// True when this side decided to leave the connection, so that its end is no loss.
  public var isRetired: Bool { status.isRetired }

  /// Whether a side has announced the end of the connection.
  package var heardGoodbye: Bool { status.heardGoodbye }

  /// What was carried so far.
  public var counters: HTTP2Counters { status.counters }

  /// Waits until the connection is gone, whichever side ended it, or the waiting task is cancelled.
  public func closed() async {
    let (end, continuation) = AsyncStream.makeStream(of: Never.self)
    channel.closeFuture.whenComplete { _ in continuation.finish() }
    for await _ in end {}
  }

  /// Takes no further requests and ends the connection when those in flight have ended, at the latest
  /// after `limit`. Cancelling the task stops the waiting and lifts the limit.
  public func drain(within limit: Duration) async {
    status.retire()
    status.takeNoMoreRequests()
    channel.eventLoop.execute { [calls] in calls.value.leave() }
    let end = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { [calls] in
      calls.value.connection?.close()
    }
    await closed()
    end.cancel()
  }

  /// Ends the connection. Calls in flight fail with `connectionLost`.
  public func close() async {
    status.retire()
    status.takeNoMoreRequests()
    status.hearGoodbye()
    channel.eventLoop.execute { [calls] in calls.value.connection?.close() }
    try? await channel.closeFuture.get()
  }

  /// How many streams are open, for tests.
  func openStreamCount() async -> Int {
    let count = channel.eventLoop.submit { [calls] in calls.value.openStreamCount }
    return (try? await count.get()) ?? 0
  }
}

extension ClientBootstrap {
  fileprivate func calling(from source: String?) throws -> ClientBootstrap {
    guard let source else { return self }
    return bind(to: try SocketAddress(ipAddress: source, port: 0))
  }
}
