import ActorCluster
import Balancing
import Distributed

/// Carries what one agent says to one neighbour, in order, one call at a time. A call that fails has
/// lost its message, as a network would.
final class Courier: Sendable {
  private let queue: AsyncStream<Message>.Continuation
  private let task: Task<Void, Never>

  init(_ cluster: ActorCluster, from caller: ActorIdentity, to place: AgentPlace, run: Int) {
    let (stream, queue) = AsyncStream.makeStream(of: Message.self)
    self.queue = queue
    let identity = AgentHost.identity(of: place.agent, on: place.node)
    task = cluster.task {
      guard let peer = try? AgentHost.resolve(id: identity, using: cluster) else { return }
      await ActorCluster.onOwnBehalf(of: caller) {
        for await message in stream {
          try? await peer.hear(run, [message], at: MonotonicClock.now_s)
        }
      }
    }
  }

  func send(_ message: Message) { queue.yield(message) }

  /// Ends the courier; what is on its way is dropped.
  func end() {
    queue.finish()
    task.cancel()
  }
}

/// Carries an agent's reports to the referee, as many at once as have come meanwhile.
final class Reporter: Sendable {
  private let queue: AsyncStream<AgentReport>.Continuation
  private let task: Task<Void, Never>

  init(_ cluster: ActorCluster, from caller: ActorIdentity) {
    let (stream, queue) = AsyncStream.makeStream(of: AgentReport.self)
    self.queue = queue
    task = cluster.task {
      guard let desk = try? RefereeDesk.resolve(id: RefereeDesk.identity, using: cluster) else {
        return
      }
      await ActorCluster.onOwnBehalf(of: caller) {
        for await report in stream { try? await desk.report([report]) }
      }
    }
  }

  func send(_ report: AgentReport) { queue.yield(report) }

  func end() {
    queue.finish()
    task.cancel()
  }
}

/// Seconds that all processes of a machine count alike.
enum MonotonicClock {
  static var now_s: Double { ContinuousClock().systemEpoch.duration(to: .now) / .seconds(1) }
}
