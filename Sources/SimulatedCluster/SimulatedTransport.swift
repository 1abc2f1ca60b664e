import ActorCluster

/// The transport of one start of a node of a simulated network. Nodes find each other by name.
struct SimulatedTransport: Transport {
  let network: SimulatedNetwork
  let node: SimulatedNode
  let name: NodeName
  let incarnation: Int

  func start(for cluster: ActorCluster) async throws(ClusterError) {
    try network.attach(cluster, on: node, incarnation: incarnation)
  }

  func connect(node: NodeName, at address: NodeAddress) {}

  func begin(
    _ request: CallRequest,
    then: @escaping @Sendable (Result<CallReply, ClusterError>) -> Void
  ) -> CallInFlight {
    network.begin(request, from: name, incarnation: incarnation, then: then)
  }

  func stopServing() async {}

  func close() async { network.detach(name, incarnation: incarnation) }
}
