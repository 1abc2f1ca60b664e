import HTTP2Connection
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Keeps a processor from falling asleep while an answer is about to come.
///
/// A processor that sleeps, a virtual one above all, takes longer to wake than most calls take to
/// answer. So for a moment after work a thread of the lowest kind there is (`SCHED_IDLE`) runs in
/// circles: it only ever gets time that nobody else wants, and gives way at once to whoever is
/// woken. Where the kernel does not know that kind of thread there is no such moment.
final class Wakefulness: Sendable {
  /// When the moment ends, in nanoseconds of the monotonic clock.
  private let end = Atomic<Int64>(0)
  private let isAsleep = Atomic(true)
  private let bell = Bell()

  init() {
    var thread = pthread_t()
    let unmanaged = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, nil,
      { context in
        Unmanaged<Wakefulness>.fromOpaque(context!).takeRetainedValue().run()
        return nil
      }, unmanaged.toOpaque())
    if status == 0 { pthread_detach(thread) } else { unmanaged.release() }
  }

  /// Begins or extends the moment.
  func stay(until time_ns: Int64) {
    end.store(time_ns, ordering: .relaxed)
    if isAsleep.load(ordering: .acquiring),
      isAsleep.exchange(false, ordering: .acquiringAndReleasing)
    {
      bell.ring()
    }
  }

  private func run() {
    var parameters = sched_param()
    guard pthread_setschedparam(pthread_self(), idleClass, &parameters) == 0 else { return }
    while true {
      bell.wait()
      while Self.now_ns < end.load(ordering: .relaxed) {}
      isAsleep.store(true, ordering: .releasing)
    }
  }

  static var now_ns: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// A semaphore.
private final class Bell: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func ring() { sem_post(semaphore) }

  func wait() { while sem_wait(semaphore) != 0 {} }
}

/// `SCHED_IDLE` of sched.h, which is hidden behind a feature macro.
private let idleClass: Int32 = 5
