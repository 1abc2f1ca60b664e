import ActorCluster
import ArgumentParser
import HTTP2Connection
import TwinIdentity

struct ServeBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Time an HTTP/2 server that answers any request with a small body.",
    discussion: """
      A child process serves on one event loop and answers requests where they
      arrive; this process asks it on loopback: first one request after the other,
      then with many in flight on the one connection, mutual TLS 1.3.

      With an address it serves there instead, for load generators, until Ctrl-C, and
      then tells what came and what it cost. A client needs a certificate: one is made
      for the time, and the command says where it is. With --plaintext (HTTP/2 with
      prior knowledge, on loopback only) none is needed.

      Examples:
        busbar bench serve
        busbar bench serve --requests 1000000 -o json
        busbar bench serve 127.0.0.1:8443
        busbar bench serve --plaintext 127.0.0.1:8080
        h2load -n 200000 -c 4 -m 100 http://127.0.0.1:8080/
      """)

  @Option(help: "How many requests to make with many in flight; a tenth is made one by one.")
  var requests = 200_000

  @Option(help: "How many requests are in flight at once.")
  var inFlight = 100

  @OptionGroup var path: BenchPath

  @Option(
    help: ArgumentHelp(
      "With an address: answer with a new body of this many bytes, instead of the same twelve.",
      valueName: "COUNT"))
  var bytes: Int?

  @Argument(
    help: ArgumentHelp("Where to listen for load generators.", valueName: "HOST:PORT"),
    transform: NodeAddress.init(argument:))
  var address: NodeAddress?

  private static let maximumRequests = 100_000_000
  /// As many streams as a server allows at once.
  private static let maximumInFlight = Int(HTTP2Limits().concurrentStreams)

  func validate() throws {
    guard (1...Self.maximumRequests).contains(requests) else {
      throw ValidationError("--requests takes a number from 1 to \(Self.maximumRequests).")
    }
    guard (1...Self.maximumInFlight).contains(inFlight) else {
      throw ValidationError("--in-flight takes a number from 1 to \(Self.maximumInFlight).")
    }
    guard bytes.map((0...HTTP2Limits().bodyBytes).contains) ?? true else {
      throw ValidationError("--bytes takes a number from 0 to \(HTTP2Limits().bodyBytes).")
    }
    guard bytes == nil || address != nil else {
      throw ValidationError("--bytes goes with an address to serve at.")
    }
    try AddressRule(isEncrypted: !path.plaintext).check(address)
  }

  func run() async throws {
    let pair = try BenchPair(isEncrypted: !path.plaintext)
    defer { pair.remove() }
    if let address {
      try await serve(at: address, pair)
    } else {
      try await time(pair)
    }
  }

  // MARK: For load generators

  private func serve(at address: NodeAddress, _ pair: BenchPair) async throws {
    let answer = SmallAnswer(bytes: bytes)
    let identity = try pair.answererFolder.map { try ProcessIdentity.lasting(IdentityFolder($0)) }
    let server = try await HTTP2Server.bind(
      host: address.host, port: address.port, on: SharedLoop.group,
      tls: identity?.transport.tls, responder: answer)
    let place = NodeAddress(host: address.host, port: server.port)
    let start = ProcessorTime.own
    printNote("listening at \(place); Ctrl-C ends it")
    if let client = pair.callerFolder {
      printNote("a client's certificate, until then:")
      printNote(
        "  curl -k --cert \(client)/certificate.pem --key \(client)/key.pem https://\(place)/")
    }
    _ = await Interruptible.run { try await Task.sleep(for: .seconds(1_000_000_000)) }
    let served = ServedRequests(
      isEncrypted: !path.plaintext, connections: server.connectionCounts.opened,
      requests: answer.requestCount, processorTime: ProcessorTime.own - start,
      memory_kB: ResidentMemory.own)
    await server.drainAndClose()
    path.output.print(served)
  }

  // MARK: Between two processes

  private func time(_ pair: BenchPair) async throws {
    let timing = try await pair.measure(asking: ["--small"]) { connection, answering in
      let request = HTTP2Request(head: HTTP2RequestHead(method: "GET", path: "/"))
      let made = try await RoundTrips(requests, inFlight: inFlight, with: answering) {
        _ = try await connection.send(request)
      }
      return ServeTiming(
        isEncrypted: !path.plaintext, requests: made, memory_kB: answering.residentMemory_kB)
    }
    path.output.print(timing)
  }
}
