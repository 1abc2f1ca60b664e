import ActorCluster

/// The transport of one node of a simulated network. Nodes find each other by name.
struct SimulatedTransport: Transport {
  let network: SimulatedNetwork
  let node: NodeName
  let incarnation: Int

  func start(for cluster: ActorCluster) async throws(ClusterError) {
    try network.attach(cluster)
  }

  func connect(node: NodeName, at address: NodeAddress) {}

  func send(_ request: CallRequest) async throws(ClusterError) -> CallReply {
    try await network.send(request, from: node, incarnation: incarnation)
  }

  func stopServing() async {}

  func close() async { network.detach(node, incarnation: incarnation) }
}
