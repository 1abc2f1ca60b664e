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
    try await sleep(until: now + duration, orUntil: OneShot())
  }

  /// Sleeps until a time, or until somebody fulfils `waking`; throws when the task is cancelled.
  package func sleep(
    until time: Duration, orUntil waking: OneShot<Void, CancellationError>
  ) async throws(CancellationError) {
    let timer = schedule(at: time) { waking.fulfil(.success(())) }
    defer { cancel(timer) }
    try await waking.value { CancellationError() }
  }
}
