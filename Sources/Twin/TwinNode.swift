import ActorCluster

/// One node of a twin: a process that joins a coordinator and hosts the segments it is given.
package struct TwinNode: Sendable {
  private let cluster: ActorCluster
  private let dismissed: AsyncStream<Void>

  /// Makes the node's agent on a started cluster.
  package init(_ cluster: ActorCluster) throws {
    let (dismissed, dismiss) = AsyncStream.makeStream(of: Void.self)
    let action = NodeAgent.LeaveAction { dismiss.finish() }
    _ = try cluster.host(NodeAgent.name) { NodeAgent(actorSystem: $0, onLeave: action) }
    self.cluster = cluster
    self.dismissed = dismissed
  }

  /// Joins the coordinator, whose address the cluster knows.
  package func join(_ coordinator: NodeName, card: NodeCard) async throws {
    let identity = ActorIdentity(
      kind: Coordinator.kind, name: Coordinator.name, on: coordinator)
    try await Coordinator.resolve(id: identity, using: cluster).join(card)
  }

  /// Waits until the coordinator sends the node home.
  package func untilDismissed() async {
    for await _ in dismissed {}
  }
}
