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

  private init(channel: any Channel, calls: NIOLoopBound<ClientCalls>, status: ConnectionStatus) {
    self.channel = channel
    self.calls = calls
    self.status = status
  }

  /// Connects to a server that speaks HTTP/2 without TLS and without an upgrade.
  ///
  /// - Parameter timeout: for the connection to be made, not for what follows.
  /// - Throws: `cannotConnect` with a sentence for the operator; `cancelled` if the task was.
  public static func connect(
    host: String, port: Int, on group: any EventLoopGroup, limits: HTTP2Limits = .init(),
    timeout: Duration = .seconds(10)
  ) async throws(HTTP2Error) -> HTTP2ClientConnection {
    let authority = Address.text(host: host, port: port)
    let connection: HTTP2ClientConnection
    do {
      connection = try await ClientBootstrap(group: group)
        .connectTimeout(TimeAmount(timeout))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .channelOption(.writeBufferWaterMark, value: .busbar)
        .connect(host: host, port: port) { channel in
          channel.eventLoop.makeCompletedFuture {
            try make(on: channel, role: .client(scheme: "http", authority: authority), limits)
          }
        }
    } catch {
      throw .cannotConnect(Address.sentence("cannot connect to \(authority)", because: error))
    }
    if Task.isCancelled {
      await connection.close()
      throw .cancelled
    }
    return connection
  }

  private static func make(
    on channel: any Channel, role: HTTP2Session.Role, _ limits: HTTP2Limits
  ) throws -> HTTP2ClientConnection {
    let calls = ClientCalls()
    let handler = HTTP2ConnectionHandler(role, limits: limits, owner: calls)
    calls.connection = handler
    try channel.pipeline.syncOperations.addHandler(handler)
    return HTTP2ClientConnection(
      channel: channel, calls: NIOLoopBound(calls, eventLoop: channel.eventLoop),
      status: handler.status)
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

  /// True while requests are taken. False for good from the moment that the peer announces its end or
  /// the connection is lost; calls in flight may still be answered.
  public var isOpen: Bool { status.isOpen }

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

  /// Ends the connection. Calls in flight fail with `connectionLost`.
  public func close() async {
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
