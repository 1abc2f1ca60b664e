import NIOPosix
import Testing

@testable import HTTP2Connection

/// Requests find their responder by path and method.
struct RouterTests {
  private static let router = Router([
    .below("/v1/actors/", Fixed("calls")), .at("/metrics", method: "GET", Fixed("metrics")),
    .at("/v1/enrol", method: "POST", Fixed("enrol")),
    .at("/v1/enrol", method: "GET", Fixed("form")),
  ])

  @Test(
    "A request goes to the responder of its path and method",
    arguments: [
      ("POST", "/v1/actors/a/b", "calls"), ("PUT", "/v1/actors/", "calls"),
      ("GET", "/metrics", "metrics"), ("GET", "/metrics?name=a", "metrics"),
      ("POST", "/v1/enrol", "enrol"), ("GET", "/v1/enrol", "form"),
    ])
  func finds(_ method: String, _ path: String, _ name: String) {
    #expect(Self.answer(method, path).body == Array(name.utf8))
  }

  @Test(
    "A path that nobody answers is not found",
    arguments: ["/", "/metric", "/metrics/", "/metrics2", "/v1/actors", "", "*"])
  func notFound(_ path: String) { #expect(Self.answer("GET", path).status == 404) }

  @Test("A known path with another method tells which ones are allowed")
  func notAllowed() {
    #expect(Self.answer("POST", "/metrics").status == 405)
    #expect(Self.answer("POST", "/metrics").headers["allow"] == "GET")
    #expect(Self.answer("DELETE", "/v1/enrol").headers["allow"] == "POST, GET")
  }

  @Test("A page tells those who may not read it so, by the name that they have proved")
  func readers() {
    let page = Page(for: { $0?.uri == "spiffe://t/operator/anna" }) { HTTP2Response(status: 200) }
    let router = Router([.at("/metrics", method: "GET", page)])
    func isLetIn(_ peer: HTTP2VerifiedPeer?) -> Bool {
      switch router.admit(HTTP2RequestHead(method: "GET", path: "/metrics"), from: peer) {
      case .take, .converse: return true
      case .answer(let response):
        #expect(response.status == 403)
        return false
      }
    }
    #expect(isLetIn(HTTP2VerifiedPeer(uri: "spiffe://t/operator/anna")))
    #expect(!isLetIn(HTTP2VerifiedPeer(uri: "spiffe://t/node/north")))
    #expect(!isLetIn(nil))
  }

  @Test("A page is made for each request, and no more than a few at once")
  func page() async throws {
    let gate = Gate()
    let page = Page {
      await gate.wait()
      return HTTP2Response(status: 200)
    }
    var admitted = 0
    var services: [HTTP2Admission.Service] = []
    for _ in 0..<100 {
      if case .take(let service) = page.admit(HTTP2RequestHead(method: "GET", path: "/")) {
        admitted += 1
        services.append(service)
      }
    }
    #expect(admitted == 16)
    // Requests that never send their body give their places back when they are forgotten.
    services.removeAll()
    guard case .take(let service) = page.admit(HTTP2RequestHead(method: "GET", path: "/")) else {
      Issue.record("The page has no place left.")
      return
    }
    let response = await withCheckedContinuation { continuation in
      _ = service([]) { continuation.resume(returning: $0) }
      gate.open()
    }
    #expect(response.status == 200)
  }

  @Test("Connections are counted: open, opened, and lost where nobody said goodbye")
  func connections() async throws {
    let server = try await HTTP2Server.bind(
      host: "127.0.0.1", port: 0, on: Loopback.group, responder: Self.router)
    func connect() async throws -> HTTP2ClientConnection {
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: server.port, on: Loopback.group)
      let head = HTTP2RequestHead(method: "GET", path: "/metrics")
      #expect(try await client.send(HTTP2Request(head: head)).status == 200)
      return client
    }
    func settles(_ open: Int, _ opened: Int, _ lost: Int) async throws -> Bool {
      for _ in 0..<400 {
        let counts = server.connectionCounts
        if (counts.open, counts.opened, counts.lost) == (open, opened, lost) { return true }
        try await Task.sleep(for: .milliseconds(10))
      }
      return false
    }
    let polite = try await connect()
    #expect(try await settles(1, 1, 0))
    await polite.close()
    #expect(try await settles(0, 1, 0))
    let raw = try await ClientBootstrap(group: Loopback.group)
      .connect(host: "127.0.0.1", port: server.port).get()
    #expect(try await settles(1, 2, 0))
    try await raw.close()
    #expect(try await settles(0, 2, 1))
    await server.drainAndClose()
  }

  private static func answer(_ method: String, _ path: String) -> HTTP2Response {
    guard case .answer(let response) = router.admit(HTTP2RequestHead(method: method, path: path))
    else { return HTTP2Response(status: 599) }
    return response
  }

  /// Answers with its name.
  private struct Fixed: HTTP2Responder {
    let name: String

    init(_ name: String) { self.name = name }

    func admit(_ head: HTTP2RequestHead) -> HTTP2Admission {
      .answer(HTTP2Response(status: 200, body: Array(name.utf8)))
    }
  }

  /// Opens once.
  private final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }

    func wait() async { for await _ in stream {} }
  }
}
