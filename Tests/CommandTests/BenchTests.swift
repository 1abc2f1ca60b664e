import ActorCluster
import Foundation
import HTTP2Connection
import NIOPosix
import Testing
import TwinIdentity

@testable import BusbarCommand

extension CommandTests {
  @Suite("A measurement")
  struct BenchTests {
    @Test("of a grant tells what was called and how long it took")
    func grant() async throws {
      let bench = try await Busbar.run("bench", "grant", "--calls", "50", "-o", "json")
      #expect(bench.status == 0)
      let timing = JSONText(bench.output)
      #expect(timing["kind"].string == "GrantBenchmark")
      #expect(timing["calls"].number == 50)
      #expect(timing["borderUnknowns"].number == 8)
      #expect(timing["numbers"].number == 81)
      #expect(timing["replyBytes"].number! >= 81 * 8)
      #expect(timing["call_us"]["median"].number! > 0)
      #expect(timing["call_us"]["median"].number! <= timing["call_us"]["p99"].number!)
    }

    @Test("of a stream tells how many items came, and how soon", arguments: [false, true])
    func stream(isPlain: Bool) async throws {
      let bench = try await RunningCommand(
        ["bench", "stream", "--items", "20000", "--numbers", "10", "-o", "json"]
          + (isPlain ? ["--plaintext"] : [])
      ).end(within: .seconds(30))
      #expect(bench.status == 0, "\(bench.notes)")
      let timing = JSONText(bench.output)
      #expect(timing["kind"].string == "StreamBenchmark")
      #expect(timing["tls"].text == "\(!isPlain)")
      #expect(timing["itemBytes"].number! > 80)
      #expect(timing["oneByOne"]["items"].number == 200)
      #expect(timing["oneByOne"]["item_us"]["median"].number! > 0)
      let together = timing["together"]
      #expect(together["items"].number == 20_000)
      #expect(together["itemsPerSecond"].number! > 0)
      #expect(together["age_us"]["median"].number! > 0)
      #expect(together["age_us"]["median"].number! <= together["age_us"]["p99"].number!)
    }

    @Test("of calls tells how many came back, how fast, and what both processes hold")
    func calls() async throws {
      let bench = try await RunningCommand(
        "bench", "calls", "--calls", "2000", "--in-flight", "7", "-o", "json"
      ).end(within: .seconds(30))
      #expect(bench.status == 0, "\(bench.notes)")
      let timing = JSONText(bench.output)
      #expect(timing["kind"].string == "CallsBenchmark")
      #expect(timing["tls"].text == "true")
      #expect(timing["oneByOne"]["calls"].number == 200)
      #expect(timing["together"]["calls"].number == 2_000)
      #expect(timing["together"]["inFlight"].number == 7)
      #expect(timing["together"]["callsPerSecond"].number! > 0)
    }

    @Test("of a server tells how fast it answers", arguments: [false, true])
    func serve(isPlain: Bool) async throws {
      let bench = try await RunningCommand(
        ["bench", "serve", "--requests", "5000", "-o", "json"] + (isPlain ? ["--plaintext"] : [])
      ).end(within: .seconds(30))
      #expect(bench.status == 0, "\(bench.notes)")
      let timing = JSONText(bench.output)
      #expect(timing["kind"].string == "ServeBenchmark")
      #expect(timing["tls"].text == "\(!isPlain)")
      #expect(timing["oneByOne"]["requests"].number == 500)
      #expect(timing["together"]["requests"].number == 5_000)
      #expect(timing["together"]["requestsPerSecond"].number! > 0)
      #expect(timing["serverMemory_kB"].number! > 0)
    }

    @Test(
      "of a server with certificates lets in the client that it made one for, and tells what came")
    func serveEncrypted() async throws {
      let server = try RunningCommand("bench", "serve", "127.0.0.1:0", "-o", "json")
      let address = try NodeAddress(try await server.address())
      try await server.note("curl -k --cert")
      let folder = try #require(
        try server.notesNow.firstMatch(of: /--cert (\/\S+)\/certificate\.pem/)?.1)
      let client = try ProcessIdentity.lasting(IdentityFolder(String(folder)))
      let connection = try await HTTP2ClientConnection.connect(
        host: address.host, port: address.port, on: .singletonMultiThreadedEventLoopGroup,
        tls: client.transport.tls)
      for _ in 0..<3 {
        let head = HTTP2RequestHead(method: "GET", path: "/")
        #expect(try await connection.send(HTTP2Request(head: head)).status == 200)
      }
      await connection.close()
      await #expect(throws: HTTP2Error.self, "a client without a certificate") {
        let stranger = try await HTTP2ClientConnection.connect(
          host: address.host, port: address.port, on: .singletonMultiThreadedEventLoopGroup)
        let head = HTTP2RequestHead(method: "GET", path: "/")
        _ = try await stranger.send(HTTP2Request(head: head))
      }
      server.signal(SIGINT)
      let ending = try await server.end(within: .seconds(5))
      #expect(ending.status == 0)
      let served = JSONText(ending.output)
      #expect(served["kind"].string == "ServedRequests")
      #expect(served["requests"].number == 3)
      #expect(served["connections"].number == 1)
      #expect(!FileManager.default.fileExists(atPath: String(folder)))
    }

    @Test("of a grid without segments is refused")
    func noSegments() async throws {
      let folder = try Scratch()
      let text = FaultyGrid.sound.split(separator: "segments:")[0]
      let file = try folder.write(String(text), to: "grid.yaml")
      let refused = try await Busbar.run("bench", "grant", "--topology", file)
      #expect(refused.status == 65)
    }

    @Test("of no call is refused")
    func noCalls() async throws {
      #expect(try await Busbar.run("bench", "grant", "--calls", "0").status == 64)
      #expect(try await Busbar.run("bench", "calls", "--calls", "0").status == 64)
      #expect(try await Busbar.run("bench", "serve", "--requests", "0").status == 64)
      #expect(try await Busbar.run("bench", "serve", "--bytes", "10").status == 64)
      #expect(try await Busbar.run("bench", "serve", "--plaintext", "0.0.0.0:0").status == 64)
      for wrong in ["--items", "--numbers", "--credit"] {
        #expect(try await Busbar.run("bench", "stream", wrong, "0").status == 64)
      }
    }
  }
}
