import ActorCluster
import ArgumentParser
import Observability
import TwinIdentity

/// The other process of `busbar bench calls` and `busbar bench stream`: prints where it listens, answers
/// calls and says readings to whoever subscribes, until its parent is gone.
struct AnswerBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answer", abstract: "Answer 'busbar bench calls' and 'busbar bench stream'.",
    shouldDisplay: false)

  /// The folder of its certificate; none for plaintext.
  @Option
  var identity: String?

  /// How many numbers a reading has.
  @Option
  var numbers = 1

  func run() async throws {
    Leash.endWithParent()
    let identity = try identity.map { try ProcessIdentity.lasting(IdentityFolder($0)) }
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
