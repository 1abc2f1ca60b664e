import Dispatch
import HTTP2Connection

/// Runs the jobs of the actors that share it one at a time: on the process's loop while they are
/// short, on whatever thread of the pool is free when they are long.
///
/// Waking a thread costs more than most methods do, and twice a call; so a lane whose jobs were
/// short stays where the call's bytes are. A long job, a solve of a large segment, would hold up
/// every connection there: the lane moves away by the first one, and back when its jobs are short
/// again. Only one lane at a time waits for the loop; the others would take turns, so they go to
/// the pool as well.
final class Lane: SerialExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    /// A run through the jobs is on its way or under way.
    var isRunning = false
    var cost = JobCost()
    /// The thread that runs the jobs now.
    var thread: ThreadID?
  }

  private let pool: DispatchQueue
  private let loop: SharedLoop
  private let state = Guarded(State())

  init(label: String, loop: SharedLoop) {
    pool = DispatchQueue(label: label, qos: .userInitiated)
    self.loop = loop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isFirst = state.withLock { state in
      state.jobs.append(job)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if isFirst { startRun() }
  }

  private func startRun() {
    let isShort = state.withLock { $0.cost.isShort }
    if isShort, loop.takeTurn({ self.run() }) { return }
    pool.async { self.run() }
  }

  /// Runs the jobs that wait; those that come meanwhile get a run of their own, so that a loop has
  /// its turn in between.
  private func run() {
    let jobs = state.withLock { state in
      state.thread = .current
      defer { state.jobs = [] }
      return state.jobs
    }
    let start = ContinuousClock.now
    for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
    let duration = ContinuousClock.now - start
    let isDone = state.withLock { state in
      state.thread = nil
      state.cost.add(duration, jobs: jobs.count)
      state.isRunning = !state.jobs.isEmpty
      return !state.isRunning
    }
    if !isDone { startRun() }
  }

  func checkIsolated() {
    precondition(
      state.withLock { $0.thread } == .current, "This code must run on its actor's lane.")
  }
}

/// Whether the jobs of a lane are short enough for the loop.
struct JobCost {
  /// About what it costs to hand a job to a thread that sleeps, and its result back.
  static let hop = Duration.microseconds(100)
  /// How many short runs after a long one bring a lane back.
  static let trust = 8

  private var runsToGo = 0

  var isShort: Bool { runsToGo == 0 }

  /// Learns what a run took.
  mutating func add(_ duration: Duration, jobs: Int) {
    if duration > Self.hop * max(1, jobs) {
      runsToGo = Self.trust
    } else if runsToGo > 0 {
      runsToGo -= 1
    }
  }
}
