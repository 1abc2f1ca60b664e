import Foundation
import Synchronization
import TwinSimulation

/// What is known of a run so far, and when to say so.
final class SimulationBoard: Sendable {
  private struct State {
    var summary: SimulationSummary
    var nextLine: Duration
    var nextShare = 10
  }

  private let start = ContinuousClock.now
  private let state: Mutex<State>
  private let interval: Duration

  /// On a terminal a line every few seconds; elsewhere one for every tenth of the seeds.
  init(_ seeds: SeedRange, isTerminal: Bool = isatty(STDERR_FILENO) == 1) {
    interval = isTerminal ? .seconds(2) : .seconds(86_400)
    state = Mutex(State(summary: SimulationSummary(seeds: seeds), nextLine: interval))
  }

  /// Counts a seed.
  ///
  /// - Returns: a line about the progress when it is time for one.
  func add(_ outcome: DisasterOutcome) -> String? {
    let elapsed = start.duration(to: .now)
    return state.withLock { state in
      state.summary.add(outcome, wall: elapsed)
      let (done, all) = (state.summary.done, state.summary.seeds.count)
      let share = 100 * done / all
      guard all > 1, elapsed >= state.nextLine || share >= state.nextShare else { return nil }
      state.nextLine = elapsed + interval
      state.nextShare = (share / 10 + 1) * 10
      let left = elapsed / done * (all - done)
      return "\(done) of \(all) seeds, \(counted(state.summary.failedSeeds, "failure")), about "
        + "\(left.components.seconds + 1) s left"
    }
  }

  /// Keeps a seed that failed.
  func add(_ failure: FailedSeed) { state.withLock { $0.summary.failures.append(failure) } }

  func summary() -> SimulationSummary {
    let elapsed = start.duration(to: .now)
    return state.withLock { state in
      state.summary.wall = elapsed
      return state.summary
    }
  }
}
