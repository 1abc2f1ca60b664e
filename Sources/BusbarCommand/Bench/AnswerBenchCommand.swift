import ActorCluster
import ArgumentParser
import Observability
import TwinIdentity

/// The other process of `busbar bench calls`: prints where it listens and answers until its parent
/// is gone.
struct AnswerBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answer", abstract: "Answer the calls of 'busbar bench calls'.",
    shouldDisplay: false)

  /// The folder of its certificate; none for plaintext.
  @Option
  var identity: String?

  func run() async throws {
    Leash.endWithParent()
    let identity = try identity.map { try ProcessIdentity.lasting(IdentityFolder($0)) }
    let transport = HTTP2Transport(host: "127.0.0.1", port: 0, security: identity?.transport)
    let cluster = ActorCluster(
      node: Answerer.node, twin: CallsBenchCommand.twin, transport: transport,
      runtime: PoolRuntime(), authority: Answerer.Authority(),
      metrics: PrometheusMetrics(Measure.calls))
    try await cluster.start()
    _ = try cluster.host(Answerer.name) { Answerer(actorSystem: $0) }
    printData("\(transport.address!)")
    while true { try await Task.sleep(for: .seconds(3600)) }
  }
}
