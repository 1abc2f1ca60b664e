import ActorCluster

/// What one start of a node runs on: a lane of the simulation's queue, with a clock of its own.
///
/// Every task that the node's cluster starts and every actor that it hosts runs here, so all of them
/// can be held back together, as `SIGSTOP` does with a process.
public final class SimulatedNode: Runtime, SerialExecutor, TaskExecutor, Sendable {
  let runtime: SimulatedRuntime
  let lane: LaneIndex
  /// How its clock runs.
  public let clock: SimulatedClock

  init(on runtime: SimulatedRuntime, clock: SimulatedClock) {
    self.runtime = runtime
    self.clock = clock
    lane = runtime.addLane()
    runtime.setExecutors(
      of: lane, serial: asUnownedSerialExecutor(), task: asUnownedTaskExecutor())
  }

  /// What the node's clock shows.
  public var now: Duration { .nanoseconds(clock.reading_ns(at: runtime.now_ns)) }

  public var taskExecutor: (any TaskExecutor)? { self }

  public func executor(for identity: ActorIdentity) -> UnownedSerialExecutor {
    asUnownedSerialExecutor()
  }

  public func schedule(
    at time: Duration, _ action: @escaping @Sendable () -> Void
  ) -> TimerID {
    runtime.schedule(at_ns: clock.true_ns(at: time.nanosecondsRoundedUp), on: lane, action)
  }

  public func cancel(_ timer: TimerID) { runtime.cancel(timer) }

  public func enqueue(_ job: consuming ExecutorJob) {
    runtime.enqueue(UnownedJob(job), on: lane)
  }
}
