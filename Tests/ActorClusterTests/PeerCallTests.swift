import HTTP2Session
import NIOPosix
import Testing

@testable import ActorCluster
@testable import HTTP2Connection

/// A call and the connections that it is given to.
@Suite(.patient)
struct PeerCallTests {
  private static let group = MultiThreadedEventLoopGroup.singleton

  /// Answers everything.
  private struct Answers: HTTP2Responder {
    func admit(_ head: HTTP2RequestHead) -> HTTP2Admission {
      .answer(HTTP2Response(status: 200))
    }
  }

  private static func call(
    _ then: @escaping @Sendable (PeerCall.Outcome) -> Void
  ) -> PeerCall {
    PeerCall(
      HTTP2Request(head: HTTP2RequestHead(method: "POST", path: "/"), body: [1]), to: "north",
      then: then)
  }

  private static func connect(_ server: HTTP2Server) async throws -> HTTP2ClientConnection {
    try await HTTP2ClientConnection.connect(host: "127.0.0.1", port: server.port, on: group)
  }

  /// A server, and a connection to it that has just closed.
  private static func serverAndClosedConnection() async throws -> (
    HTTP2Server, HTTP2ClientConnection
  ) {
    let server = try await HTTP2Server.bind(
      host: "127.0.0.1", port: 0, on: group, responder: Answers())
    let closed = try await connect(server)
    await closed.close()
    return (server, closed)
  }

  @Test("A call whose connection has just closed is carried by the next one, whenever that comes")
  func repeated() async throws {
    let (server, closed) = try await Self.serverAndClosedConnection()
    let open = try await Self.connect(server)
    let outcome = OneShot<CallReply, ClusterError>()
    let call = Self.call { outcome.fulfil($0) }
    let asked = Guarded(0)
    // The next connection comes after the first attempt has returned.
    call.begin(on: closed) { asked.withLock { $0 += 1 } }
    #expect(asked.withLock { $0 } == 1)
    call.begin(on: open) { asked.withLock { $0 += 1 } }
    _ = try await outcome.value(onCancel: { .cancelled })
    #expect(asked.withLock { $0 } == 1)
    await open.close()
    await server.drainAndClose()
  }

  @Test("A call that finds a closed connection twice did not run, and ends so")
  func twice() async throws {
    let (server, closed) = try await Self.serverAndClosedConnection()
    let outcome = OneShot<CallReply, ClusterError>()
    let call = Self.call { outcome.fulfil($0) }
    call.begin(on: closed) {}
    call.begin(on: closed) { Issue.record("It was repeated a second time.") }
    await #expect(throws: ClusterError.connectionLost(node: "north", mayHaveRun: false)) {
      _ = try await outcome.value(onCancel: { .cancelled })
    }
    await server.drainAndClose()
  }

  @Test("A call that was withdrawn while it waited for the next connection is not sent")
  func withdrawn() async throws {
    let (server, closed) = try await Self.serverAndClosedConnection()
    let open = try await Self.connect(server)
    let outcome = OneShot<CallReply, ClusterError>()
    let call = Self.call { outcome.fulfil($0) }
    call.begin(on: closed) {}
    call.withdraw()
    call.begin(on: open) {}
    await #expect(throws: ClusterError.cancelled) {
      _ = try await outcome.value(onCancel: { .cancelled })
    }
    #expect(open.counters.requests == 0)
    await open.close()
    await server.drainAndClose()
  }
}
