import ActorCluster
import Distributed
import Foundation
import Twin

/// Asks the actors of a twin from outside; it listens nowhere and acts in nothing.
final class TwinClient: Sendable {
  private let cluster: ActorCluster

  /// An operator waits this long for an answer that usually takes a millisecond.
  static let patience = Duration.seconds(1)

  /// Lets somebody ask, and closes the connections after that.
  ///
  /// - Parameter identity: who asks; nil for a twin that speaks plaintext.
  static func use<Answer>(
    twin: String, identity: ProcessIdentity? = nil, _ body: (TwinClient) async throws -> Answer
  ) async throws -> Answer {
    let client = TwinClient(twin: twin, identity: identity)
    do {
      let answer = try await body(client)
      await client.cluster.shutdown()
      return answer
    } catch {
      await client.cluster.shutdown()
      throw error
    }
  }

  /// The same for a twin of this machine, whose directory lets its owner in.
  static func use<Answer>(
    _ record: TwinRecord, in directory: TwinDirectory,
    _ body: (TwinClient) async throws -> Answer
  ) async throws -> Answer {
    let local = LocalEnrolment(twin: record.twin, directory: directory.path)
    let identity: ProcessIdentity? =
      record.plaintext == true
      ? nil : try .localOperator(twin: record.twin, local.folders)
    return try await use(twin: record.twin, identity: identity, body)
  }

  private init(twin: String, identity: ProcessIdentity?) {
    cluster = ActorCluster(
      node: identity.flatMap { CallTable.node(of: $0.who) }
        ?? CallTable.operatorProcess("\(ProcessInfo.processInfo.processIdentifier)"),
      twin: twin, transport: HTTP2Transport(security: identity?.transport), runtime: PoolRuntime(),
      authority: CallTable())
  }

  /// How the twin is, from its coordinator.
  func status(at address: NodeAddress) async throws -> TwinStatus {
    let coordinator = try coordinator(at: address)
    return try await ActorCluster.withDeadline(Self.patience) { try await coordinator.status() }
  }

  /// What happened after an event that is known; 0 for all that the coordinator remembers.
  func events(after number: Int64, at address: NodeAddress) async throws -> EventPage {
    let coordinator = try coordinator(at: address)
    return try await ActorCluster.withDeadline(Self.patience) {
      try await coordinator.events(after: number)
    }
  }

  /// What the coordinator has committed.
  func archive(at address: NodeAddress) throws -> RemoteArchive {
    cluster.connect(node: Coordinator.nodeName, at: address)
    return RemoteArchive(try Archive.resolve(id: Archive.identity, using: cluster))
  }

  private func coordinator(at address: NodeAddress) throws -> Coordinator {
    cluster.connect(node: Coordinator.nodeName, at: address)
    let identity = ActorIdentity(
      kind: Coordinator.kind, name: Coordinator.name, on: Coordinator.nodeName)
    return try Coordinator.resolve(id: identity, using: cluster)
  }

  /// What a node knows by itself.
  func look(at node: NodeName, _ address: NodeAddress) async throws -> NodeView {
    cluster.connect(node: node, at: address)
    return try await ActorCluster.withDeadline(Self.patience) {
      try await NodeView.ask(node, through: cluster)
    }
  }
}
