import ActorCluster
import Synchronization

/// Runs every job of a simulation on the thread that drives it, in an order that the seed decides, in
/// virtual time.
///
/// Time stands still while anything can run and then jumps to the next timer, so hours pass in
/// milliseconds. Tasks must be started through `ActorCluster.task` or belong to one that was: a plain
/// `Task { }` would run on the ordinary pool, outside the simulation.
///
/// Each node of a simulated network runs on a lane of this one queue, see `SimulatedNode`, and a lane
/// can be held back; what runs on the runtime itself, such as the body of `run`, never is.
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
    var ready: ReadyQueue<Job>
    var events = EventQueue()
    /// The runtime's own lane first, then one for each start of a node.
    var lanes = [Lane()]
    var now_ns: Int64 = 0
    var driver: ThreadIdentity?
    var jobCount = 0
    var strayCount = 0
  }

  /// A job and the lane that it belongs to.
  private struct Job {
    var job: UnownedJob
    var lane: LaneIndex
  }

  /// What a node could run, as long as it stands still.
  private struct Lane {
    var isPaused = false
    var jobs: [UnownedJob] = []
    var actions: [EventQueue.Action] = []
    /// Absent on the runtime's own lane. The node outlives its jobs: each task that prefers an
    /// executor keeps it, and each actor keeps its system, which keeps its runtime.
    var serial: UnownedSerialExecutor?
    var task: UnownedTaskExecutor?
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
    let isDone = Flag()
    let task = Task(executorPreference: self) {
      do {
        outcome.set(.success(try await body()))
      } catch {
        outcome.set(.failure(error))
      }
      isDone.raise()
    }
    driving {
      while !isDone.isRaised, runOne(until: nil) {}
    }
    guard let result = outcome.result else {
      task.cancel()
      throw SimulationStalled(time: now)
    }
    return try result.get()
  }

  /// Runs everything that happens up to a moment, then stands at that moment.
  public func run(until time: Duration) {
    let limit = time.wholeNanoseconds
    driving {
      while runOne(until: limit) {}
    }
    state.withLock { $0.now_ns = max($0.now_ns, limit) }
  }

  /// Runs until nothing is left to happen.
  public func runUntilIdle() {
    driving {
      while runOne(until: nil) {}
    }
  }

  /// Forgets everything that was still to happen. A timer holds what it would wake, and that holds
  /// this runtime: a simulation that is over is not freed before its timers are.
  public func forgetTimers() {
    let forgotten = state.withLock { state in
      defer { state.events = EventQueue() }
      return state.events
    }
    _ = consume forgotten
  }

  /// The jobs run so far; differs between debug and release builds.
  public var jobCount: Int { state.withLock { $0.jobCount } }

  /// The jobs that other threads put here while the simulation ran: zero, or a task has left the
  /// simulation and the seed decides nothing.
  public var strayCount: Int { state.withLock { $0.strayCount } }

  // MARK: Runtime

  public var now: Duration { .nanoseconds(now_ns) }

  var now_ns: Int64 { state.withLock { $0.now_ns } }

  public var taskExecutor: (any TaskExecutor)? { self }

  public func executor(for identity: ActorIdentity) -> UnownedSerialExecutor {
    asUnownedSerialExecutor()
  }

  public func schedule(
    at time: Duration, _ action: @escaping @Sendable () -> Void
  ) -> TimerID {
    schedule(at_ns: time.nanosecondsRoundedUp, on: .own, action)
  }

  public func cancel(_ timer: TimerID) {
    // Released outside the lock: an action's end may run code of its own.
    let cancelled = state.withLock { $0.events.cancel(timer) }
    _ = consume cancelled
  }

  // MARK: Executor

  public func enqueue(_ job: consuming ExecutorJob) {
    enqueue(UnownedJob(job), on: .own)
  }

  // MARK: Lanes

  /// Makes a lane for a start of a node.
  func addLane() -> LaneIndex {
    state.withLock { state in
      state.lanes.append(Lane())
      return LaneIndex(state.lanes.count - 1)
    }
  }

  func setExecutors(
    of lane: LaneIndex, serial: UnownedSerialExecutor, task: UnownedTaskExecutor
  ) {
    state.withLock { state in
      state.lanes[lane.position].serial = serial
      state.lanes[lane.position].task = task
    }
  }

  func enqueue(_ job: UnownedJob, on lane: LaneIndex) {
    let thread = ThreadIdentity.current
    state.withLock { state in
      if let driver = state.driver, driver != thread { state.strayCount += 1 }
      if state.lanes[lane.position].isPaused {
        state.lanes[lane.position].jobs.append(job)
      } else {
        state.ready.append(Job(job: job, lane: lane))
      }
    }
  }

  func schedule(
    at_ns time_ns: Int64, on lane: LaneIndex, _ action: @escaping @Sendable () -> Void
  ) -> TimerID {
    state.withLock { $0.events.schedule(at_ns: time_ns, on: lane, action) }
  }

  /// Holds back every job and timer of a lane until it goes on.
  func pause(_ lane: LaneIndex) {
    precondition(lane != .own, "The simulation itself cannot stand still.")
    state.withLock { state in
      guard !state.lanes[lane.position].isPaused else { return }
      state.lanes[lane.position].isPaused = true
      let held = state.ready.remove { $0.lane == lane }
      state.lanes[lane.position].jobs = held.map(\.job)
    }
  }

  /// Lets a lane go on: with the jobs that it was about to run, then with what reached it and the
  /// timers that came due since, in that order.
  func resume(_ lane: LaneIndex) {
    state.withLock { state in
      guard state.lanes[lane.position].isPaused else { return }
      state.lanes[lane.position].isPaused = false
      for job in state.lanes[lane.position].jobs { state.ready.append(Job(job: job, lane: lane)) }
      for action in state.lanes[lane.position].actions {
        _ = state.events.schedule(at_ns: state.now_ns, on: lane, action)
      }
      state.lanes[lane.position].jobs = []
      state.lanes[lane.position].actions = []
    }
  }

  func isPaused(_ lane: LaneIndex) -> Bool {
    state.withLock { $0.lanes[lane.position].isPaused }
  }

  // MARK: The loop

  private enum Step {
    case job(UnownedJob, UnownedSerialExecutor?, UnownedTaskExecutor?)
    case action(EventQueue.Action)
    /// A timer of a paused lane has joined those that wait.
    case held
  }

  /// Runs one job, or one timer when there is none; false when nothing happens before `limit`.
  private func runOne(until limit: Int64?) -> Bool {
    let step = state.withLock { state -> Step? in
      if let job = state.ready.next() {
        state.jobCount += 1
        let lane = job.lane.position
        return .job(job.job, state.lanes[lane].serial, state.lanes[lane].task)
      }
      guard let time = state.events.nextTime_ns(), limit.map({ time <= $0 }) ?? true else {
        return nil
      }
      state.now_ns = max(state.now_ns, time)
      let event = state.events.removeNext()
      guard state.lanes[event.lane.position].isPaused else { return .action(event.action) }
      state.lanes[event.lane.position].actions.append(event.action)
      return .held
    }
    switch step {
    case .job(let job, let serial, let task):
      job.runSynchronously(
        isolatedTo: serial ?? asUnownedSerialExecutor(),
        taskExecutor: task ?? asUnownedTaskExecutor())
    case .action(let action): action()
    case .held: break
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

/// Tells the thread that drives a task that it has ended: asked after every job, so it is cheap.
private final class Flag: Sendable {
  private let value = Atomic(false)

  var isRaised: Bool { value.load(ordering: .acquiring) }

  func raise() { value.store(true, ordering: .releasing) }
}
