import ActorCluster
import GridModel
import SimulatedCluster
import TwinStore

@testable import Twin

/// Three ticks of a twin, in which something goes wrong at one message.
struct DisturbedTwin {
  static let ticks = 3
  static let seed: UInt64 = 1

  /// What goes wrong.
  enum Fault: CaseIterable {
    /// This message is lost, and no other.
    case loss
    /// This message is lost, and all between the same two for as long as a call may take to fail.
    case outage
    /// The coordinator's era rises.
    case newEra
  }

  var reports: [TickReport]
  /// Of the voltages at the end.
  var bits: [UInt64]
  var commit: Commit?

  /// Three ticks without a fault.
  static func undisturbed() throws -> DisturbedTwin { try run { _, _, _ in } }

  /// Three ticks with faults at the messages of these indices.
  static func run(_ fault: Fault, at indices: [Int]) throws -> DisturbedTwin {
    try run { twin, processes, message in
      guard indices.contains(message.index) else { return }
      fault.happen(to: message, in: twin, processes)
    }
  }

  private static func run(
    _ hook: @escaping @Sendable (SimulatedTwin, SimulatedTwin.Processes, SimulatedMessage) -> Void
  ) throws -> DisturbedTwin {
    let twin = try SimulatedTwin(Grids.evening, seed: seed)
    let (reports, voltages) = try twin.runtime.run {
      let processes = try await twin.form()
      twin.network.onMessage { hook(twin, processes, $0) }
      var reports: [TickReport] = []
      for _ in 0..<ticks { reports.append(try await processes.coordinator.runTick()) }
      twin.network.onMessage(nil)
      let voltages = try await processes.coordinator.voltages()
      await processes.shutdown()
      return (reports, voltages)
    }
    return DisturbedTwin(
      reports: reports, bits: voltages.bits, commit: try twin.store.lastCommit())
  }

  /// The messages of a tick: those of the runs above, which all begin with the same ones.
  ///
  /// - Parameter fault: what happens before, at the message of an index.
  static func messages(
    ofTick tick: Int, after fault: (Fault, at: Int)? = nil
  ) throws -> [SimulatedMessage] {
    let twin = try SimulatedTwin(Grids.evening, seed: seed)
    let log = MessageLog()
    try twin.runtime.run {
      let processes = try await twin.form()
      twin.network.onMessage { message in
        log.append(message)
        if let fault, fault.at == message.index {
          fault.0.happen(to: message, in: twin, processes)
        }
      }
      for _ in 0..<tick { _ = try await processes.coordinator.runTick() }
      log.clear()
      _ = try await processes.coordinator.runTick()
      twin.network.onMessage(nil)
      await processes.shutdown()
    }
    return log.messages
  }
}

extension DisturbedTwin.Fault {
  /// Longer than any message is on its way, shorter than a call waits.
  private static let outageLength = Duration.seconds(1)

  fileprivate func happen(
    to message: SimulatedMessage, in twin: SimulatedTwin, _ processes: SimulatedTwin.Processes
  ) {
    switch self {
    case .loss: twin.network.cut(message, for: .nanoseconds(1), twin.runtime)
    case .outage: twin.network.cut(message, for: Self.outageLength, twin.runtime)
    case .newEra:
      let cluster = processes.clusters[0]
      cluster.adopt(era: cluster.era + 1)
    }
  }
}

extension SimulatedNetwork {
  /// Loses a message that is just being sent, and whatever else is between the same two meanwhile.
  func cut(
    _ message: SimulatedMessage, for duration: Duration, _ runtime: SimulatedRuntime
  ) {
    cut(message.from, message.to)
    _ = runtime.schedule(at: runtime.now + duration) { self.mend(message.from, message.to) }
  }
}
