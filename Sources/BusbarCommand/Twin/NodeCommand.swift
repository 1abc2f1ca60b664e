import ActorCluster
import ArgumentParser
import Foundation
import Logging
import Twin

struct NodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "node",
    abstract: "Run one node of a twin: a process that hosts segments.",
    discussion: """
      The node joins a coordinator, gets its part of the grid over the wire and
      never opens a document. When the coordinator is gone, the node waits for it
      to come back at the same address, and joins again. A name is looked up
      anew at each attempt. It ends when the coordinator sends it home.

      It shows a certificate of its own, which it gets with a token the first time
      and renews by itself.

      Examples:
        busbar coordinator Topologies/cigre-mv.yaml --listen 127.0.0.1:7400
        busbar pki token --node north --out north.token
        busbar node --name north --twin cigre-mv --coordinator 127.0.0.1:7400 \\
          --token-file north.token
        busbar node --name n1 --twin cigre-mv --coordinator '[::1]:7400' --plaintext

      Exit codes: 0 sent home; 64 usage; 65 no certificate and no token; 69 the
      coordinator cannot be reached or does not take the node in; 78 a folder or
      file is not as it must be; 130 asked to end.
      """)

  @Option(help: "The name of this node, as the topology's placement writes it.")
  var name: String

  @Option(help: "The name of the twin: its topology's name.")
  var twin: String

  @Option(
    help: ArgumentHelp("Where the coordinator listens.", valueName: "HOST:PORT"),
    transform: NodeAddress.init(argument:))
  var coordinator: NodeAddress

  @Option(
    help: ArgumentHelp("Where to listen; any free port by default.", valueName: "HOST:PORT"),
    transform: NodeAddress.init(argument:))
  var listen = NodeAddress(host: "127.0.0.1", port: 0)

  @Option(
    help: ArgumentHelp(
      "Where the coordinator and other nodes find it; where it listens by default.",
      valueName: "HOST:PORT"),
    transform: NodeAddress.init(argument:))
  var advertise: NodeAddress?

  @OptionGroup
  var security: SecurityOptions

  @Option(
    help: ArgumentHelp(
      "A token from 'busbar pki token', for the first certificate; - for standard input.",
      valueName: "FILE"))
  var tokenFile: String?

  @Option(help: ArgumentHelp("How long to look for the coordinator.", valueName: "SECONDS"))
  var wait: Int64 = 10

  @OptionGroup
  var logs: LogOptions

  @Flag(help: .hidden)
  var leashed = false

  /// Between two attempts to join.
  private static let joinPause = Duration.milliseconds(250)

  func validate() throws {
    if security.plaintext, tokenFile != nil {
      throw ValidationError(
        "Give --plaintext or --token-file, not both: without certificates nobody joins with a token."
      )
    }
    if wait < 1 { throw ValidationError("--wait takes a number of seconds from 1 up.") }
    try security.rule.check(listen, advertise, coordinator)
    try AddressRule.checkWhereabouts(
      listen: listen, advertised: advertise, coordinator: coordinator)
  }

  func run() async throws {
    guard !leashed else {
      Leash.endWithParent()
      return try await serve()
    }
    // The first process of a container is not ended by a signal that it does not wait for.
    let (result, wasInterrupted) = await Interruptible.run { try await serve() }
    guard !wasInterrupted else { throw ExitCode.interrupted }
    try result.get()
  }

  private func serve() async throws {
    let log = logs.log("node")
    let identity: ProcessIdentity?
    do { identity = try await identify(log) } catch { throw TwinEnding.exitCode(of: error) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      if let identity { group.addTask { await identity.keep() } }
      try await serve(identity, log)
      group.cancelAll()
    }
  }

  private func identify(_ log: Logger) async throws -> ProcessIdentity? {
    guard let folder else { return nil }
    return try await .node(
      name, twin: twin, folder: folder, token: tokenFile, coordinator: coordinator,
      wait: .seconds(wait), log)
  }

  /// Its own; nil in plaintext.
  private var folder: String? {
    guard !security.plaintext else { return nil }
    return security.identity
      ?? "\(TwinDirectory(twin: twin).path)/identity/nodes/\(TwinDirectory.step(name))"
  }

  private func serve(_ identity: ProcessIdentity?, _ log: Logger) async throws {
    let pages = StatusPages.ofNode(twin: twin)
    let transport = HTTP2Transport(
      host: listen.host, port: listen.port, security: identity?.transport,
      pages: { pages.routes($0) })
    let cluster = ActorCluster(
      node: NodeName(name), twin: twin, transport: transport, runtime: PoolRuntime(),
      authority: CallTable(), metrics: pages.registry, log: log)
    do {
      try await cluster.start()
      if let folder { try ProcessPlace(transport.address!, identity: folder).write(to: folder) }
    } catch {
      printNote("error: \(CoordinatorProcess.reason(error))")
      throw ExitCode.unreachable
    }
    cluster.connect(node: Coordinator.nodeName, at: coordinator)
    let address = advertise ?? transport.address!
    let card = NodeCard(
      node: cluster.node, host: address.host, port: address.port,
      pid: ProcessInfo.processInfo.processIdentifier)
    let refusal: JoinRefusal?
    do {
      let node = try await join(cluster, card, identity)
      log.info(
        "\(name) listens at \(address) and has joined the coordinator",
        metadata: ["coordinator": "\(coordinator)", "process": "\(card.pid)"])
      refusal = await stay(node, card)
    } catch {
      await Self.shutdown(cluster)
      throw error
    }
    await Self.shutdown(cluster)
    if let refusal {
      printNote("error: node \(name) has no place in the twin any more: \(refusal)")
      throw ExitCode.unreachable
    }
    log.info("\(name) was sent home")
  }

  private func join(
    _ cluster: ActorCluster, _ card: NodeCard, _ identity: ProcessIdentity?
  ) async throws -> TwinNode {
    let deadline = cluster.now + .seconds(wait)
    let node = try TwinNode(cluster, onDenyList: { identity?.take($0) })
    while true {
      do {
        try await node.join(Coordinator.nodeName, card: card)
        return node
      } catch let error as ClusterError {
        try Task.checkCancellation()
        guard Self.mayPass(error), cluster.now < deadline else {
          printNote("error: node \(name) cannot join at \(coordinator): \(Self.reason(error))")
          throw ExitCode.unreachable
        }
        try? await cluster.sleep(for: Self.joinPause)
      }
    }
  }

  /// Whether the coordinator may be there a moment later.
  private static func mayPass(_ error: ClusterError) -> Bool {
    switch error {
    case .unreachable, .connectionLost, .deadlineExceeded, .overloaded: true
    default: false
    }
  }

  /// Closes every connection, also from a task that was cancelled.
  private static func shutdown(_ cluster: ActorCluster) async {
    await Task { await cluster.shutdown() }.value
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
