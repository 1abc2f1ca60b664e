import ActorCluster
import ArgumentParser
import Foundation
import Twin

struct NodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "node",
    abstract: "Run one node of a twin: a process that hosts segments.",
    discussion: """
      The node joins a coordinator, gets its part of the grid over the wire and
      never opens a document. When the coordinator is gone, the node waits for it
      to come back at the same address, and joins again. It ends when the
      coordinator sends it home.

      Examples:
        busbar coordinator Topologies/cigre-mv.yaml --listen 127.0.0.1:7400
        busbar node --name north --twin cigre-mv --coordinator 127.0.0.1:7400

      Exit codes: 0 sent home; 64 usage; 69 the coordinator cannot be reached or
      does not take the node in.
      """)

  @Option(help: "The name of this node, as the topology's placement writes it.")
  var name: String

  @Option(help: "The name of the twin: its topology's name.")
  var twin: String

  @Option(
    help: ArgumentHelp("Where the coordinator listens.", valueName: "HOST:PORT"),
    transform: LoopbackAddress.init)
  var coordinator: LoopbackAddress

  @Option(
    help: ArgumentHelp("Where to listen; any free port by default.", valueName: "HOST:PORT"),
    transform: LoopbackAddress.init)
  var listen = LoopbackAddress(host: "127.0.0.1", port: 0)

  @OptionGroup
  var logs: LogOptions

  @Flag(help: .hidden)
  var leashed = false

  /// A coordinator that starts at the same time needs a moment.
  private static let joinAttempts = 40
  private static let joinPause = Duration.milliseconds(250)

  func run() async throws {
    if leashed { Leash.endWithParent() }
    let log = logs.log("node")
    let pages = StatusPages.ofNode(twin: twin)
    let transport = HTTP2Transport(
      host: listen.address.host, port: listen.address.port, pages: { pages.routes($0) })
    let cluster = ActorCluster(
      node: NodeName(name), twin: twin, transport: transport, runtime: PoolRuntime(),
      metrics: pages.registry, log: log)
    do { try await cluster.start() } catch {
      printNote("error: \(CoordinatorProcess.reason(error))")
      throw ExitCode.unreachable
    }
    cluster.connect(node: Coordinator.nodeName, at: coordinator.address)
    let address = transport.address!
    let card = NodeCard(
      node: cluster.node, host: address.host, port: address.port,
      pid: ProcessInfo.processInfo.processIdentifier)
    let node = try await join(cluster, card)
    log.info(
      "\(name) listens at \(address) and has joined the coordinator",
      metadata: ["coordinator": "\(coordinator.address)", "process": "\(card.pid)"])
    let refusal = await stay(node, card)
    await cluster.shutdown()
    if let refusal {
      printNote("error: node \(name) has no place in the twin any more: \(refusal)")
      throw ExitCode.unreachable
    }
    log.info("\(name) was sent home")
  }

  private func join(_ cluster: ActorCluster, _ card: NodeCard) async throws -> TwinNode {
    var last: any Error = CancellationError()
    let node = try TwinNode(cluster)
    for _ in 0..<Self.joinAttempts {
      do {
        try await node.join(Coordinator.nodeName, card: card)
        return node
      } catch let error as ClusterError {
        last = error
        guard case .unreachable = error else { break }
        try? await cluster.sleep(for: Self.joinPause)
      }
    }
    await cluster.shutdown()
    printNote("error: node \(name) cannot join at \(coordinator.address): \(Self.reason(last))")
    throw ExitCode.unreachable
  }

  /// Why a coordinator did not take the node in, and what to do about it.
  private static func reason(_ error: any Error) -> String {
    switch error as? ClusterError {
    case .remote(let failure):
      failure.decoded(as: JoinRefusal.self).map(String.init(describing:)) ?? failure.message
    case .wrongTwin(let twin):
      "it coordinates the twin '\(twin)'; give --twin \(ShellWord.quote(twin))"
    default: "\(error)"
    }
  }

  /// Serves until the coordinator sends the node home, or does not take it in again.
  private func stay(_ node: TwinNode, _ card: NodeCard) async -> JoinRefusal? {
    await withTaskGroup(of: JoinRefusal?.self) { group in
      group.addTask {
        await node.untilDismissed()
        return nil
      }
      group.addTask {
        do {
          try await node.stay(with: Coordinator.nodeName, card: card)
          return nil
        } catch {
          return error as? JoinRefusal
        }
      }
      let refusal = await group.next() ?? nil
      group.cancelAll()
      return refusal
    }
  }
}
