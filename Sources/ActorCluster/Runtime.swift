/// Decides where code runs and what time it is: a pool in production, one queue in a simulation.
public protocol Runtime: Sendable {
  /// Time since a fixed moment in the past; never goes back.
  var now: Duration { get }

  /// Where tasks that the system starts prefer to run; nil for the ordinary pool.
  var taskExecutor: (any TaskExecutor)? { get }

  /// Where an actor runs; the runtime keeps the executor alive.
  func executor(for identity: ActorIdentity) -> UnownedSerialExecutor

  /// Runs a short action once at a time, or at once when the time is past.
  func schedule(at time: Duration, _ action: @escaping @Sendable () -> Void) -> TimerID

  /// Forgets an action that has not run.
  func cancel(_ timer: TimerID)
}

extension Runtime {
  /// Sleeps for a while of this runtime's time; throws when the task is cancelled.
  public func sleep(for duration: Duration) async throws(CancellationError) {
    let waking = OneShot<Void, CancellationError>()
    let timer = schedule(at: now + duration) { waking.fulfil(.success(())) }
    defer { cancel(timer) }
    try await waking.value { CancellationError() }
  }
}
