import ActorCluster
import Distributed
import Twin

/// Asks the actors of a twin from outside; it listens nowhere and acts in nothing.
final class TwinClient: Sendable {
  private let cluster: ActorCluster

  /// An operator waits this long for an answer that usually takes a millisecond.
  static let patience = Duration.seconds(1)

  /// Lets somebody ask, and closes the connections after that.
  static func use<Answer>(
    twin: String, _ body: (TwinClient) async throws -> Answer
  ) async throws -> Answer {
    let client = TwinClient(twin: twin)
    do {
      let answer = try await body(client)
      await client.cluster.shutdown()
      return answer
    } catch {
      await client.cluster.shutdown()
      throw error
    }
  }

  private init(twin: String) {
    cluster = Endpoint.cluster(twin: twin)
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

  /// Lets somebody ask the twin at an address, whatever its name.
  static func use<Answer>(
    at address: NodeAddress, _ body: (TwinClient) async throws -> Answer
  ) async throws -> Answer {
    try await use(twin: try await twin(at: address), body)
  }

  /// The name of the twin at an address, as its health page tells it.
  static func twin(at address: NodeAddress) async throws -> String {
    let why: String
    do {
      let page = try await Endpoint(address).get(StatusPages.healthPath, within: patience)
      if let health = HealthDocument(page) { return health.twin }
      why = "what listens there tells no health (status \(page.status))"
    } catch {
      why = HealthDocument.sentence(error)
    }
    throw Refusal(
      "no coordinator answers at \(address): \(why); 'busbar ps --data DIR' knows the address of a "
        + "twin",
      code: .unreachable)
  }
}
