import Dispatch
import HTTP2Connection

/// The production runtime: a fixed number of serial lanes on a shared pool of threads.
///
/// An actor keeps its lane for life, chosen by a stable hash of its identity, so actors of one lane
/// take turns and lanes run side by side.
public final class PoolRuntime: Runtime {
  /// More lanes than cores of a usual machine, so that a long solve delays few other actors.
  public static let defaultLaneCount = 16

  private struct Timers {
    var queue = TimerQueue()
    /// The earliest moment at which the dispatch queue will look; nil when it will not.
    var armed: Duration?
  }

  /// Keeps the wait of any timer within what the dispatch queue can count.
  private static let longestWait = Duration.seconds(3600)
  private static let start = ContinuousClock.now
  private let lanes: [Lane]
  private let timers = Guarded(Timers())
  private let timerQueue = DispatchQueue(label: "busbar.timers")

  /// Makes the lanes.
  public init(laneCount: Int = PoolRuntime.defaultLaneCount) {
    precondition(laneCount > 0, "A runtime needs a lane.")
    lanes = (0..<laneCount).map { Lane(label: "busbar.lane-\($0)", loop: .executor) }
  }

  public var now: Duration { Self.start.duration(to: .now) }

  public var taskExecutor: (any TaskExecutor)? { SharedLoop.executor }

  public func executor(for identity: ActorIdentity) -> UnownedSerialExecutor {
    lanes[lane(of: identity)].asUnownedSerialExecutor()
  }

  func lane(of identity: ActorIdentity) -> Int {
    Int(identity.stableHash % UInt64(lanes.count))
  }

  public func schedule(
    at time: Duration, _ action: @escaping @Sendable () -> Void
  ) -> TimerID {
    let (id, arm) = timers.withLock { timers in
      let id = timers.queue.schedule(at: time, action)
      guard timers.armed.map({ time < $0 }) ?? true else { return (id, false) }
      timers.armed = time
      return (id, true)
    }
    if arm { lookAgain(at: time) }
    return id
  }

  public func cancel(_ timer: TimerID) {
    timers.withLock { $0.queue.cancel(timer) }
  }

  private func lookAgain(at time: Duration) {
    // A nanosecond late is a look saved; a far timer is looked at now and then.
    let wait = min(max(time - now, .zero) + .nanoseconds(1), Self.longestWait)
    timerQueue.asyncAfter(deadline: .now() + .nanoseconds(Int(wait.wholeNanoseconds))) {
      [weak self] in self?.runDueTimers(armedFor: time)
    }
  }

  private func runDueTimers(armedFor time: Duration) {
    let now = now
    let (due, next) = timers.withLock { timers in
      var due: [TimerQueue.Action] = []
      while let action = timers.queue.popDue(at: now) { due.append(action) }
      // A look that an earlier one overtook leaves the newest one armed.
      guard timers.armed == time else { return (due, Duration?.none) }
      timers.armed = timers.queue.nextTime()
      return (due, timers.armed)
    }
    if let next { lookAgain(at: next) }
    for action in due { action() }
  }
}
