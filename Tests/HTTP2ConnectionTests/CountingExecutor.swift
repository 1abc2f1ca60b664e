import NIOCore
import Synchronization

/// Runs jobs on an event loop and counts them.
final class CountingExecutor: TaskExecutor {
  let jobs = Atomic(0)
  private let loop: any EventLoop

  init(on loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    jobs.add(1, ordering: .relaxed)
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
