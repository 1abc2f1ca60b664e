/// Carries calls between nodes.
public protocol Transport: Sendable {
  /// Starts to listen; calls for this node go to `cluster.admit` and `cluster.serve`, lost peers to
  /// `cluster.report`.
  func start(for cluster: ActorCluster) async throws(ClusterError)

  /// Learns where a node listens; a new address replaces the old one.
  func connect(node: NodeName, at address: NodeAddress)

  /// Carries one call to the node in its identity; cancelling the task takes the call back.
  func send(_ request: CallRequest) async throws(ClusterError) -> CallReply

  /// Stops accepting calls and lets those that are being served end.
  func stopServing() async

  /// Closes every connection.
  func close() async
}
