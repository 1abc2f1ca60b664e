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

  @Option(
    help: ArgumentHelp(
      "Answer with a new body of this many bytes, instead of the same twelve.", valueName: "COUNT"))
  var bytes: Int?

  @Argument(
    help: ArgumentHelp("Where to listen.", valueName: "HOST:PORT"),
    transform: NodeAddress.init(argument:))
  var address: NodeAddress

  func validate() throws {
    guard plaintext else {
      throw ValidationError("Serving with TLS is not there yet; say --plaintext.")
    }
    guard bytes.map((0...HTTP2Limits().bodyBytes).contains) ?? true else {
      throw ValidationError("--bytes takes a number from 0 to \(HTTP2Limits().bodyBytes).")
    }
    try AddressRule(isEncrypted: !plaintext).check(address)
  }

  func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await HTTP2Server.bind(
      host: address.host, port: address.port, on: group, responder: SmallAnswer(bytes: bytes))
    printNote("listening at \(NodeAddress(host: address.host, port: server.port)); Ctrl-C ends it")
    _ = await Interruptible.run { try await Task.sleep(for: .seconds(1_000_000_000)) }
    await server.drainAndClose()
    try await group.shutdownGracefully()
  }
}

/// The same twelve bytes, or a body of its own for each request, whatever is asked: a `GET` when its head
/// is there, anything else when it is complete.
private struct SmallAnswer: HTTP2Responder {
  private static let small = HTTP2Response(
    status: 200, headers: ["content-type": "text/plain"], body: Array("hello, grid\n".utf8))

  let bytes: Int?

  func admit(_ head: HTTP2RequestHead) -> HTTP2Admission {
    if head.method == "GET" { return .answer(response) }
    return .take { _, answer in
      answer(response)
      return .none
    }
  }

  private var response: HTTP2Response {
    var response = Self.small
    if let bytes { response.body = Array(repeating: UInt8(ascii: "x"), count: bytes) }
    return response
  }
}
