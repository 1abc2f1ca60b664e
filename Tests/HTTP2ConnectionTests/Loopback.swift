import NIOCore
import NIOPosix

@testable import HTTP2Connection

/// A server on a port of the loopback interface and one client of it.
struct Loopback {
  let responder: ScriptedResponder
  let server: HTTP2Server
  let client: HTTP2ClientConnection

  static let group = MultiThreadedEventLoopGroup.singleton

  /// Runs `body` and closes both, however it ends.
  static func run(
    serverLimits: HTTP2Limits = .init(), clientLimits: HTTP2Limits = .init(),
    _ body: (Loopback) async throws -> Void
  ) async throws {
    let responder = ScriptedResponder()
    let server = try await HTTP2Server.bind(
      host: "127.0.0.1", port: 0, on: group, limits: serverLimits, responder: responder)
    let client = try await HTTP2ClientConnection.connect(
      host: "127.0.0.1", port: server.port, on: group, limits: clientLimits)
    let loopback = Loopback(responder: responder, server: server, client: client)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(loopback))
    } catch {
      outcome = .failure(error)
    }
    await client.close()
    await server.abort()
    try outcome.get()
  }

  func send(_ path: String, body: [UInt8] = []) async throws(HTTP2Error) -> HTTP2Response {
    try await client.send(
      HTTP2Request(head: HTTP2RequestHead(method: "POST", path: path), body: body))
  }

  /// The error of a call that must not succeed.
  func failure(of path: String, body: [UInt8] = []) async -> HTTP2Error? {
    do {
      _ = try await send(path, body: body)
      return nil
    } catch {
      return error
    }
  }

  /// True once neither side has an open stream, false after two seconds.
  func isQuiet() async throws -> Bool {
    for _ in 0..<200 {
      if await server.openStreamCount() == 0, await client.openStreamCount() == 0 { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }
}
