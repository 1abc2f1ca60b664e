import Synchronization

/// How far an experiment is, and when to say so.
final class ExperimentBoard: Sendable {
  private let count: Int
  private let start = ContinuousClock.now
  private let progress: Mutex<ProgressLines>

  init(_ count: Int) {
    self.count = count
    progress = Mutex(ProgressLines(count))
  }

  /// Counts a run.
  ///
  /// - Returns: a line about the progress when it is time for one.
  func add() -> String? {
    let elapsed = start.duration(to: .now)
    return progress.withLock { progress in
      progress.add(at: elapsed).map { "\(progress.done) of \(counted(count, "run")), \($0)" }
    }
  }
}
