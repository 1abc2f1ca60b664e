/// Carries calls between nodes.
public protocol Transport: Sendable {
  /// Starts to listen; calls for this node go to `cluster.admit` and `cluster.begin(serving:)`, lost
  /// peers to `cluster.report`.
  func start(for cluster: ActorCluster) async throws(ClusterError)

  /// Learns where a node listens; a new address replaces the old one.
  func connect(node: NodeName, at address: NodeAddress)

  /// Learns the address, in numbers, from which a node has called: where to look for it when what it
  /// advertises is not found. It proves nothing.
  func note(_ node: NodeName, seenAt host: String)

  /// The last such address; nil for none.
  func lastSeen(_ node: NodeName) -> String?

  /// Starts to carry one call to the node in its identity; `then` hears once how it ended, also when
  /// it was withdrawn, and possibly before this returns.
  func begin(
    _ request: CallRequest,
    then: @escaping @Sendable (Result<CallReply, ClusterError>) -> Void
  ) -> CallInFlight

  /// Stops accepting calls and lets those that are being served end.
  func stopServing() async

  /// Closes every connection.
  func close() async

  /// Peers that were not let in, and what strangers asked for in vain.
  var refusedConnections: Refusals { get }

  /// Brings the metrics of connections up to date; before they are read.
  func sampleMetrics()
}

extension Transport {
  /// A transport without names finds every node by its address.
  public func note(_ node: NodeName, seenAt host: String) {}
  public func lastSeen(_ node: NodeName) -> String? { nil }

  /// A transport without connections refuses none, and has nothing to tell of them.
  public var refusedConnections: Refusals { Refusals() }
  public func sampleMetrics() {}
}

/// A call on its way.
public struct CallInFlight: Sendable {
  /// Takes it back; nothing happens when it has ended.
  public let withdraw: @Sendable () -> Void

  public init(withdraw: @escaping @Sendable () -> Void) { self.withdraw = withdraw }
}
