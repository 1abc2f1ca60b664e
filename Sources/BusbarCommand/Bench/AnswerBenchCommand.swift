import ActorCluster
import ArgumentParser
import HTTP2Connection
import Observability
import TwinIdentity

/// The other process of `busbar bench calls`, `stream` and `serve`: prints where it listens, and answers
/// until its parent is gone: calls and subscriptions, or any request with a small body.
struct AnswerBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answer", abstract: "Answer 'busbar bench calls', 'stream' and 'serve'.",
    shouldDisplay: false)

  /// The folder of its certificate; none for plaintext.
  @Option
  var identity: String?

  /// How many numbers a reading has.
  @Option
  var numbers = 1

  /// Answer requests instead of calls.
  @Flag
  var small = false

  func run() async throws {
    Leash.endWithParent()
    let identity = try identity.map { try ProcessIdentity.lasting(IdentityFolder($0)) }
    if small {
      let server = try await HTTP2Server.bind(
        host: "127.0.0.1", port: 0, on: SharedLoop.group, tls: identity?.transport.tls,
        responder: SmallAnswer())
      printData(server.address)
      try await Task.sleep(for: .seconds(1_000_000_000))
    }
    let readings = ReadingTopic(numbers: numbers)
    let transport = HTTP2Transport(
      host: "127.0.0.1", port: 0, security: identity?.transport,
      pages: { _ in [readings.route] })
    let cluster = ActorCluster(
      node: Answerer.node, twin: CallsBenchCommand.twin, transport: transport,
      runtime: PoolRuntime(), authority: Answerer.Authority(),
      metrics: PrometheusMetrics(Measure.calls))
    try await cluster.start()
    _ = try cluster.host(Answerer.name) { Answerer(actorSystem: $0) }
    printData("\(transport.address!)")
    await readings.publish()
  }
}
