import ActorCluster
import Synchronization

/// A call on its way: tells once how it ended.
final class SimulatedCall: Sendable {
  typealias Listener = @Sendable (Result<CallReply, ClusterError>) -> Void

  /// Mutexes hold no bare closures.
  private struct State {
    var hear: Listener?
    var serving: Task<Void, Never>?
  }

  /// As it was sent.
  let head: CallHead
  /// As it is on the wire.
  let request: CallRequest
  let from: NodeName
  var to: NodeName { request.head.to.node }
  private let state: Mutex<State>

  init(head: CallHead, request: CallRequest, from: NodeName, then hear: @escaping Listener) {
    self.head = head
    self.request = request
    self.from = from
    state = Mutex(State(hear: hear))
  }

  /// Returns whether it was the first.
  @discardableResult
  func fulfil(_ outcome: Result<CallReply, ClusterError>) -> Bool {
    let hear = state.withLock { state in
      defer { state.hear = nil }
      return state.hear
    }
    hear?(outcome)
    return hear != nil
  }

  /// Remembers the task that runs its method.
  func serve(by task: Task<Void, Never>?) { state.withLock { $0.serving = task } }

  /// Cancels the task that runs its method, if it has begun.
  func cancelServing() { state.withLock { $0.serving }?.cancel() }
}
