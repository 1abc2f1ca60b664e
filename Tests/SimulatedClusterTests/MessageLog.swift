import SimulatedCluster
import Synchronization

/// What a network's hook has seen.
final class MessageLog: Sendable {
  private let log = Mutex<[SimulatedMessage]>([])

  var messages: [SimulatedMessage] { log.withLock { $0 } }

  func append(_ message: SimulatedMessage) { log.withLock { $0.append(message) } }
}
