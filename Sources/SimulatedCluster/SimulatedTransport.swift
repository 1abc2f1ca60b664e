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

  func send(_ request: CallRequest) async throws(ClusterError) -> CallReply {
    try await network.send(request, from: name, incarnation: incarnation)
  }

  func stopServing() async {}

  func close() async { network.detach(name, incarnation: incarnation) }
}
