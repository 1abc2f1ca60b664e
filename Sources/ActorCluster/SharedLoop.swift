import NIOCore
import NIOPosix

/// The one thread of a process on which its connections live and its calls are carried.
///
/// What carries a call (heads, bodies, waiting) runs where the bytes come and go, so a call wakes a
/// thread only where it crosses to an actor or to another process: on a pool it woke ten. Actors have
/// lanes of their own, so a long solve holds up no connection.
package final class SharedLoop: TaskExecutor {
  package static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  package static let executor = SharedLoop(group.next())

  private let loop: any EventLoop

  private init(_ loop: any EventLoop) { self.loop = loop }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
