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
    let name =
      identity == nil
      ? "\(ProcessInfo.processInfo.processIdentifier)" : ProcessIdentity.localOperator
    cluster = ActorCluster(
      node: CallTable.operatorProcess(name), twin: twin,
      transport: HTTP2Transport(security: identity?.transport), runtime: PoolRuntime(),
      authority: CallTable())
  }

  /// How the twin is, from its coordinator.
  func status(at address: NodeAddress) async throws -> TwinStatus {
    cluster.connect(node: Coordinator.nodeName, at: address)
    let identity = ActorIdentity(
      kind: Coordinator.kind, name: Coordinator.name, on: Coordinator.nodeName)
    let coordinator = try Coordinator.resolve(id: identity, using: cluster)
    return try await ActorCluster.withDeadline(Self.patience) { try await coordinator.status() }
  }

  /// What a node knows by itself.
  func look(at node: NodeName, _ address: NodeAddress) async throws -> NodeView {
    cluster.connect(node: node, at: address)
    return try await ActorCluster.withDeadline(Self.patience) {
      try await NodeView.ask(node, through: cluster)
    }
  }

  /// The name of the twin at an address, which refuses calls of any other twin with its own.
  static func twin(at address: NodeAddress) async throws -> String {
    do {
      return try await use(twin: "") { try await $0.status(at: address).twin }
    } catch ClusterError.wrongTwin(let twin) {
      return twin
    } catch {
      throw Refusal(
        "no coordinator answers at \(address): \(CoordinatorProcess.reason(error)); 'busbar ps --data "
          + "DIR' knows the address of a twin",
        code: .unreachable)
    }
  }
}
