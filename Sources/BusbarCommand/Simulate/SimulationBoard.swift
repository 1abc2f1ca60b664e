import Synchronization
import TwinSimulation

/// What is known of a run so far, and when to say so.
final class SimulationBoard: Sendable {
  private struct State {
    var summary: SimulationSummary
    var progress: ProgressLines
  }

  private let start = ContinuousClock.now
  private let state: Mutex<State>

  init(_ seeds: SeedRange) {
    state = Mutex(
      State(summary: SimulationSummary(seeds: seeds), progress: ProgressLines(seeds.count)))
  }

  /// Counts a seed.
  ///
  /// - Returns: a line about the progress when it is time for one.
  func add(_ outcome: DisasterOutcome) -> String? {
    let elapsed = start.duration(to: .now)
    return state.withLock { state in
      state.summary.add(outcome, wall: elapsed)
      return state.progress.add(at: elapsed).map { rest in
        "\(state.progress.done) of \(state.summary.seeds.count) seeds, "
          + "\(counted(state.summary.failedSeeds, "failure")), \(rest)"
      }
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
