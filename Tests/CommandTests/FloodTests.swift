import HTTP2Connection
import NIOPosix
import Synchronization
import Testing

extension CommandTests {
  @Suite("A server under attack")
  struct FloodTests {
    /// What an attacker may make it hold.
    private static let growthLimit_kB = 8_000

    @Test(
      "disconnects the attacker within a second, does not grow and serves its other client",
      arguments: Flood.all)
    func flood(_ flood: Flood) async throws {
      let server = try RunningCommand(
        "bench", "serve", "--plaintext", "--bytes", "320000", "127.0.0.1:0")
      let port = try #require(
        try await server.address().split(separator: ":").last.flatMap { Int($0) })
      let process = LiveProcess(pid: server.pid)
      let client = try await HTTP2ClientConnection.connect(
        host: "127.0.0.1", port: port, on: .singletonMultiThreadedEventLoopGroup)
      for _ in 0..<300 { try await ask(client) }
      let before_kB = try #require(process.resident_kB)

      let isOver = Atomic(false)
      async let neighbour = {
        var answers = 0
        while !isOver.load(ordering: .relaxed) {
          try await ask(client)
          answers += 1
          try? await Task.sleep(for: .milliseconds(2))
        }
        return answers
      }()
      let lasted = try await flood.run(toPort: port)
      isOver.store(true, ordering: .relaxed)
      #expect(lasted < .seconds(1))
      #expect(try await neighbour > 0)
      try await ask(client)
      #expect(try #require(process.peakResident_kB) - before_kB < Self.growthLimit_kB)
      await client.close()
      server.signal(SIGINT)
      #expect(try await server.end(within: .seconds(5)).status == 0)
    }

    private func ask(_ client: HTTP2ClientConnection) async throws {
      let head = HTTP2RequestHead(method: "GET", path: "/")
      let response = try await client.send(HTTP2Request(head: head))
      #expect(response.status == 200 && response.body.count == 320_000)
    }
  }
}
