import ArgumentParser
import GridModel
import TwinSimulation

/// Runs single disasters against what an undisturbed twin commits.
struct DisasterJudge: Sendable {
  private let expected: [UInt64]
  private let runsTwice: Bool
  private let pace: Duration?
  private let balancing: BalancingPlan.Algorithm

  /// More ticks than a disaster has at the usual pace; those of a faster one are judged up to here.
  private static let referenceTicks: Int64 = 24

  /// - Parameters:
  ///   - pace: simulated seconds from tick to tick.
  ///   - balancing: who finds the set-points.
  init(
    runsTwice: Bool, pace: Double?, balancing: BalancingPlan.Algorithm = .schedule
  ) throws {
    self.balancing = balancing
    self.runsTwice = runsTwice
    self.pace = pace.map { .milliseconds(Int64($0 * 1000)) }
    do {
      expected = try DisasterRun.expected(
        ticks: Self.referenceTicks, balancing: balancing)
    } catch {
      printNote("error: the undisturbed run failed: \(error)")
      throw ExitCode.failure
    }
  }

  func run(_ seed: UInt64, traceLength: Int = 0) -> DisasterOutcome {
    var outcome = once(seed, traceLength: traceLength)
    if runsTwice {
      let again = once(seed, traceLength: traceLength)
      if again.traceHash != outcome.traceHash || again.strays + outcome.strays > 0 {
        outcome.violations.append(
          Violation(
            rule: .replay, time: again.simulated,
            text: "the first run left trace \(outcome.traceHash), the second \(again.traceHash); "
              + "\(again.strays + outcome.strays) jobs came from outside"))
      }
    }
    return outcome
  }

  /// The last events and messages of a run that had too much to do to keep them.
  func trace(of outcome: DisasterOutcome, _ length: Int) -> [String] {
    once(outcome.seed, traceLength: length).trace
  }

  private func once(_ seed: UInt64, traceLength: Int) -> DisasterOutcome {
    var settings = DisasterSettings()
    settings.expected = expected
    settings.traceLength = traceLength
    settings.balancing = balancing
    if let pace { settings.pace = pace }
    do {
      return try DisasterRun(Disaster(seed: seed), settings: settings).run()
    } catch {
      return DisasterOutcome(seed: seed, failed: "\(error)")
    }
  }
}
