/// Carries calls between nodes.
public protocol Transport: Sendable {
  /// Starts to listen; calls for this node go to `cluster.admit` and `cluster.serve`, lost peers to
  /// `cluster.report`.
  func start(for cluster: ActorCluster) async throws(ClusterError)

  /// Learns where a node listens; a new address replaces the old one.
  func connect(node: NodeName, at address: NodeAddress)

  /// Carries one call to the node in its identity; cancelling the task takes the call back.
  func send(_ request: CallRequest) async throws(ClusterError) -> CallReply

  /// Starts to carry one call; `then` hears once how it ended, also when it was withdrawn.
  ///
  /// - Parameter executor: where a task for it runs, if it takes one.
  func begin(
    _ request: CallRequest, on executor: (any TaskExecutor)?,
    then: @escaping @Sendable (Result<CallReply, ClusterError>) -> Void
  ) -> CallInFlight

  /// Stops accepting calls and lets those that are being served end.
  func stopServing() async

  /// Closes every connection.
  func close() async
}

/// A call on its way.
public struct CallInFlight: Sendable {
  /// Takes it back; nothing happens when it has ended.
  public let withdraw: @Sendable () -> Void

  public init(withdraw: @escaping @Sendable () -> Void) { self.withdraw = withdraw }
}

extension Transport {
  public func begin(
    _ request: CallRequest, on executor: (any TaskExecutor)?,
    then: @escaping @Sendable (Result<CallReply, ClusterError>) -> Void
  ) -> CallInFlight {
    let sending = Task(executorPreference: executor) {
      do throws(ClusterError) {
        then(.success(try await send(request)))
      } catch {
        then(.failure(error))
      }
    }
    return CallInFlight { sending.cancel() }
  }
}
