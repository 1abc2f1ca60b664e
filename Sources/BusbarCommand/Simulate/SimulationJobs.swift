import Foundation
import Synchronization
import TwinSimulation

/// Runs disasters on threads of their own: a simulation is driven by one thread and never waits.
struct SimulationJobs: Sendable {
  let count: Int

  /// Deep enough for any solve.
  private static let stackSize = 8 << 20

  private struct Queue {
    var next: UInt64
    let last: UInt64
    var isCancelled = false

    mutating func take() -> UInt64? {
      guard !isCancelled, next <= last else { return nil }
      next += 1
      return next - 1
    }
  }

  /// Runs every seed, until the task is cancelled; `done` is called once at a time.
  func run(
    _ seeds: SeedRange, judge: DisasterJudge, traceLength: Int = 0,
    done: @escaping @Sendable (DisasterOutcome) -> Void
  ) async {
    let queue = SharedQueue(Queue(next: seeds.first, last: seeds.last))
    let turn = NSLock()
    await withTaskCancellationHandler {
      await withTaskGroup { group in
        for _ in 0..<min(count, seeds.count) {
          group.addTask {
            await Self.onThread {
              while let seed = queue.take() {
                let outcome = judge.run(seed, traceLength: traceLength)
                turn.withLock { done(outcome) }
              }
            }
          }
        }
      }
    } onCancel: {
      queue.cancel()
    }
  }

  private static func onThread(_ work: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { continuation in
      let thread = Thread {
        work()
        continuation.resume()
      }
      thread.stackSize = stackSize
      thread.start()
    }
  }

  private final class SharedQueue: Sendable {
    private let queue: Mutex<Queue>

    init(_ queue: Queue) { self.queue = Mutex(queue) }

    func take() -> UInt64? { queue.withLock { $0.take() } }

    func cancel() { queue.withLock { $0.isCancelled = true } }
  }
}
