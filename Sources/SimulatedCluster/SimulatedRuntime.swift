import ActorCluster
import Synchronization

/// Runs every job of a simulation on the thread that drives it, in an order that the seed decides, in
/// virtual time.
///
/// Time stands still while anything can run and then jumps to the next timer, so hours pass in
/// milliseconds. Tasks must be started through `ActorCluster.task` or belong to one that was: a plain
/// `Task { }` would run on the ordinary pool, outside the simulation.
public final class SimulatedRuntime: Runtime, SerialExecutor, TaskExecutor, Sendable {
  /// Which of several jobs that could run now does.
  public enum Order: Sendable {
    /// A random one: finds more ways in which things can interleave. Debug and release builds cut work
    /// into different jobs, so a seed replays within one build.
    case shuffled
    /// The one that waits longest: what differs between seeds is the delay of messages, and debug and
    /// release builds leave the same trace.
    case arrival
  }

  private struct State {
    var ready: ReadyQueue<UnownedJob>
    var timers = TimerQueue()
    var now = Duration.zero
    var driver: ThreadIdentity?
    var jobCount = 0
    var strayCount = 0
  }

  /// What the order of jobs and the delays of messages follow from.
  public let seed: UInt64
  private let state: Mutex<State>

  /// Starts at time zero with nothing to do.
  public init(seed: UInt64, order: Order = .shuffled) {
    self.seed = seed
    state = Mutex(State(ready: ReadyQueue(order: order, seed: seed)))
  }

  // MARK: Driving

  /// Runs `body` to its end on this thread and whatever has to happen for that; what is left over
  /// waits for the next run.
  ///
  /// Throws what the body throws, or `SimulationStalled` when it waits for something that will never
  /// happen.
  public func run<Success: Sendable>(
    _ body: @escaping @Sendable () async throws -> Success
  ) throws -> Success {
    let outcome = Outcome<Success>()
    let task = Task(executorPreference: self) {
      do {
        outcome.set(.success(try await body()))
      } catch {
        outcome.set(.failure(error))
      }
    }
    driving {
      while outcome.result == nil, runOne(until: nil) {}
    }
    guard let result = outcome.result else {
      task.cancel()
      throw SimulationStalled(time: now)
    }
    return try result.get()
  }

  /// Runs everything that happens up to a moment, then stands at that moment.
  public func run(until time: Duration) {
    driving {
      while runOne(until: time) {}
    }
    state.withLock { $0.now = max($0.now, time) }
  }

  /// Runs until nothing is left to happen.
  public func runUntilIdle() {
    driving {
      while runOne(until: nil) {}
    }
  }

  /// The jobs run so far; differs between debug and release builds.
  public var jobCount: Int { state.withLock { $0.jobCount } }

  /// The jobs that other threads put here while the simulation ran: zero, or a task has left the
  /// simulation and the seed decides nothing.
  public var strayCount: Int { state.withLock { $0.strayCount } }

  // MARK: Runtime

  public var now: Duration { state.withLock { $0.now } }

  public var taskExecutor: (any TaskExecutor)? { self }

  public func executor(for identity: ActorIdentity) -> UnownedSerialExecutor {
    asUnownedSerialExecutor()
  }

  public func schedule(
    at time: Duration, _ action: @escaping @Sendable () -> Void
  ) -> TimerID {
    state.withLock { $0.timers.schedule(at: time, action) }
  }

  public func cancel(_ timer: TimerID) {
    state.withLock { $0.timers.cancel(timer) }
  }

  // MARK: Executor

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let thread = ThreadIdentity.current
    state.withLock { state in
      if let driver = state.driver, driver != thread { state.strayCount += 1 }
      state.ready.append(job)
    }
  }

  // MARK: The loop

  private enum Step {
    case job(UnownedJob)
    case timer(TimerQueue.Action)
  }

  /// Runs one job, or one timer when there is none; false when nothing happens before `limit`.
  private func runOne(until limit: Duration?) -> Bool {
    let step = state.withLock { state -> Step? in
      if let job = state.ready.next() {
        state.jobCount += 1
        return .job(job)
      }
      guard let time = state.timers.nextTime(), limit.map({ time <= $0 }) ?? true else {
        return nil
      }
      state.now = max(state.now, time)
      return state.timers.popDue(at: state.now).map(Step.timer)
    }
    switch step {
    case .job(let job):
      job.runSynchronously(
        isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    case .timer(let action): action()
    case nil: return false
    }
    return true
  }

  private func driving(_ body: () -> Void) {
    state.withLock { state in
      precondition(state.driver == nil, "A simulation is driven by one thread, from outside.")
      state.driver = .current
    }
    body()
    state.withLock { $0.driver = nil }
  }
}

/// Where a task leaves its result for the thread that drives it.
private final class Outcome<Success: Sendable>: Sendable {
  private let stored = Mutex<Result<Success, any Error>?>(nil)

  var result: Result<Success, any Error>? { stored.withLock { $0 } }

  func set(_ result: Result<Success, any Error>) { stored.withLock { $0 = result } }
}
