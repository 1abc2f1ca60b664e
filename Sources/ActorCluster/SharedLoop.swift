import HTTP2Connection
import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The one thread of a process on which its connections live and its calls are carried.
///
/// What carries a call (heads, bodies, waiting) runs where the bytes come and go, so a call wakes a
/// thread only where it crosses to another process: on a pool it woke ten. Actors whose methods are
/// short run here, too (`Lane`).
///
/// A thread that sleeps takes longer to wake than most calls take to answer, so after its work the
/// loop stays awake for a moment while answers have come quickly (`Lingering`), and lets others have
/// the processor meanwhile.
package final class SharedLoop: TaskExecutor {
  package static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  package static let executor = SharedLoop(group.next())

  private let loop: any EventLoop
  private let laneIsWaiting = Guarded(false)
  private let wakefulness = Wakefulness()
  private let lingering: NIOLoopBoundBox<Lingering>

  private init(_ loop: any EventLoop) {
    self.loop = loop
    lingering = .makeBoxSendingValue(Lingering(), eventLoop: loop)
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute {
      job.runSynchronously(on: self.asUnownedTaskExecutor())
      self.linger()
    }
  }

  /// Runs a lane's jobs soon, unless another lane waits for its turn already.
  func takeTurn(_ run: @escaping @Sendable () -> Void) -> Bool {
    let isFree = laneIsWaiting.withLock { isWaiting in
      defer { isWaiting = true }
      return !isWaiting
    }
    guard isFree else { return false }
    loop.execute {
      self.laneIsWaiting.withLock { $0 = false }
      run()
      self.linger()
    }
    return true
  }

  /// After work: stays awake for a moment if that has paid lately.
  private func linger() {
    let now = Wakefulness.now_ns
    if lingering.value.pays(at: now) { wakefulness.stay(until: now + Lingering.patience_ns) }
  }
}
