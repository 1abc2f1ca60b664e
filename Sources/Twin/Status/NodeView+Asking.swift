import ActorCluster

extension NodeView {
  /// Asks a node itself, whose address the cluster knows.
  package static func ask(_ node: NodeName, through cluster: ActorCluster) async throws -> NodeView
  {
    try await NodeAgent.resolve(id: NodeAgent.identity(on: node), using: cluster).look()
  }
}
