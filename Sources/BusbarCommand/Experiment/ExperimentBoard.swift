import Foundation
import Synchronization

/// How far an experiment is, and when to say so.
final class ExperimentBoard: Sendable {
  private struct State {
    var done = 0
    var nextLine: Duration
    var nextShare = 10
  }

  private let count: Int
  private let start = ContinuousClock.now
  private let state: Mutex<State>
  private let interval: Duration

  /// On a terminal a line every few seconds; elsewhere one for every tenth of the runs.
  init(_ count: Int, isTerminal: Bool = isatty(STDERR_FILENO) == 1) {
    self.count = count
    interval = isTerminal ? .seconds(2) : .seconds(86_400)
    state = Mutex(State(nextLine: interval))
  }

  /// Counts a run.
  ///
  /// - Returns: a line about the progress when it is time for one.
  func add() -> String? {
    let elapsed = start.duration(to: .now)
    return state.withLock { state in
      state.done += 1
      let share = 100 * state.done / count
      guard count > 1, state.done < count, elapsed >= state.nextLine || share >= state.nextShare
      else { return nil }
      state.nextLine = elapsed + interval
      state.nextShare = (share / 10 + 1) * 10
      let left = elapsed / state.done * (count - state.done)
      return
        "\(state.done) of \(counted(count, "run")), about \(left.components.seconds + 1) s left"
    }
  }
}
