import ActorCluster
import ArgumentParser
import Experiments
import Foundation
import TwinIdentity

/// The process of one agent of an experiment: prints where it listens, and does as the referee says
/// until its parent is gone.
struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Be an agent of 'busbar experiment run'.", shouldDisplay: false)

  @Argument
  var file: String

  @Option
  var number: Int

  @Option
  var identity: String

  /// Where the referee listens.
  @Option
  var referee: String

  func run() async throws {
    Leash.endWithParent()
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    let prepared = try PreparedExperiment(try Experiment.read(contentsOf: file), in: folder)
    let security = try ProcessIdentity.lasting(IdentityFolder(identity)).transport
    let transport = HTTP2Transport(host: "127.0.0.1", port: 0, security: security)
    let cluster = ActorCluster(
      node: ExperimentAuthority.node(of: number), twin: ExperimentAuthority.twin,
      transport: transport, runtime: PoolRuntime(), authority: ExperimentAuthority())
    try await cluster.start()
    cluster.connect(node: ExperimentAuthority.referee, at: try NodeAddress(referee))
    _ = try cluster.host("\(number)") { AgentHost(number, prepared, actorSystem: $0) }
    printData("\(transport.address!)")
    while true { try await Task.sleep(for: .seconds(3600)) }
  }
}
