import Foundation

/// Ends every process of a twin: asks the coordinator to send the nodes home, then asks each process,
/// then kills.
struct TwinEnder {
  let directory: TwinDirectory
  let record: TwinRecord

  /// For a coordinator to send everybody home; it asks each node for at most a second.
  private static let politePatience = Duration.seconds(4)
  /// For a process that was asked to end.
  private static let patience = Duration.seconds(2)

  /// - Returns: what was ended and how, in words; nothing when nothing ran.
  func end() async -> [String] {
    let parts = record.parts.compactMap { part in
      part.process.flatMap { $0.isAlive ? (name: name(of: part), mark: $0) : nil }
    }
    // A process that was stopped hears nothing until it goes on.
    for part in parts { part.mark.signal(SIGCONT) }
    var alive = parts
    if let coordinator = record.coordinator.process, coordinator.isAlive {
      await ask([coordinator], waitingFor: parts.map(\.mark), within: Self.politePatience)
      alive = alive.filter(\.mark.isAlive)
    }
    await ask(alive.map(\.mark), waitingFor: alive.map(\.mark), within: Self.patience)
    alive = alive.filter(\.mark.isAlive)
    for part in alive { part.mark.signal(SIGKILL) }
    await Self.wait(for: alive.map(\.mark), within: Self.patience)
    return parts.map { part in
      alive.contains { $0.mark == part.mark } ? "\(part.name) (killed)" : part.name
    }
  }

  private func name(of part: TwinRecord.Part) -> String {
    part == record.coordinator ? "the coordinator" : "node \(part.name)"
  }

  private func ask(
    _ asked: [ProcessMark], waitingFor all: [ProcessMark], within limit: Duration
  ) async {
    for process in asked { process.signal(SIGTERM) }
    await Self.wait(for: all, within: limit)
  }

  /// Waits for ends, also in a task that was cancelled.
  static func wait(for processes: [ProcessMark], within limit: Duration) async {
    await Task {
      let deadline = ContinuousClock.now + limit
      while processes.contains(where: \.isAlive), ContinuousClock.now < deadline {
        try? await Task.sleep(for: .milliseconds(10))
      }
    }.value
  }
}
