import Foundation

/// Runs work that a person may interrupt.
enum Interruptible {
  /// Runs `work`; on Ctrl-C, and when asked to end, cancels it and waits for it.
  ///
  /// - Returns: the work's result, and whether it was interrupted.
  static func run<Success: Sendable>(
    _ work: @escaping @Sendable () async throws -> Success
  ) async -> (result: Result<Success, any Error>, wasInterrupted: Bool) {
    let signals = Signals.receive([SIGINT, SIGTERM, SIGHUP])
    let task = Task { try await work() }
    let interruption = Task {
      for await _ in signals {
        task.cancel()
        return true
      }
      return false
    }
    let result = await task.result
    interruption.cancel()
    return (result, await interruption.value)
  }
}
