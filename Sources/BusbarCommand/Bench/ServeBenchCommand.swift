import ActorCluster
import ArgumentParser
import HTTP2Connection
import NIOPosix

struct ServeBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answer any HTTP/2 request with a small body, for load generators.",
    discussion: """
      One event loop; requests are answered where they arrive. Without TLS and
      without an upgrade (prior knowledge), on loopback only. Ends with Ctrl-C.

      Examples:
        busbar bench serve --plaintext 127.0.0.1:8080
        h2load -n 200000 -c 4 -m 100 http://127.0.0.1:8080/
      """)

  @Flag(help: "Serve without TLS.")
  var plaintext = false

  @Argument(
    help: ArgumentHelp("Where to listen.", valueName: "HOST:PORT"),
    transform: NodeAddress.init(argument:))
  var address: NodeAddress

  func validate() throws {
    guard plaintext else {
      throw ValidationError("Serving with TLS is not there yet; say --plaintext.")
    }
    try AddressRule(isEncrypted: !plaintext).check(address)
  }

  func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await HTTP2Server.bind(
      host: address.host, port: address.port, on: group, responder: SmallAnswer())
    printNote("listening on \(NodeAddress(host: address.host, port: server.port))")
    _ = await Interruptible.run { try await Task.sleep(for: .seconds(1_000_000_000)) }
    await server.drainAndClose()
    try await group.shutdownGracefully()
  }
}

/// Twelve bytes, whatever is asked.
private struct SmallAnswer: HTTP2Responder {
  private static let response = HTTP2Response(
    status: 200, headers: ["content-type": "text/plain"], body: Array("hello, grid\n".utf8))

  func admit(_ head: HTTP2RequestHead) -> HTTP2Admission {
    .take { _, answer in
      answer(Self.response)
      return .none
    }
  }
}
