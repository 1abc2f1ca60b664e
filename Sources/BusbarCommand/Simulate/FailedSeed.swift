import GridModel
import TwinSimulation

/// One seed with its disaster, what did not hold, and what happened last.
struct FailedSeed: Sendable {
  let outcome: DisasterOutcome
  let disaster: Disaster
  let trace: [String]
  private let balancing: BalancingPlan.Algorithm

  init(
    _ outcome: DisasterOutcome, trace: [String],
    balancing: BalancingPlan.Algorithm = .schedule
  ) {
    self.outcome = outcome
    self.trace = trace
    self.balancing = balancing
    disaster = Disaster(seed: outcome.seed)
  }

  /// The one command that shows it again.
  var command: String {
    "busbar simulate --seed \(outcome.seed)"
      + (balancing == .schedule ? "" : " --balancing \(balancing.rawValue)")
  }

  var lines: [String] { lines(withTrace: true) }

  func lines(withTrace: Bool) -> [String] {
    var lines = ["seed \(outcome.seed): " + (outcome.violations.isEmpty ? "every rule held" : "")]
    lines[0] += outcome.violations.map(\.description).joined(separator: "; ")
    lines += disaster.faults.map { "  \($0)" }
    if !disaster.clocks.isEmpty { lines.append("  every clock is wrong") }
    if withTrace { lines += trace.map { "    \($0)" } }
    if !outcome.violations.isEmpty { lines.append("  again: \(command) --trace FILE") }
    return lines
  }

  /// For a file.
  var traceLines: [String] {
    lines(withTrace: false) + trace
  }

  var json: JSON {
    [
      "seed": .string("\(outcome.seed)"),
      "violations": .array(
        outcome.violations.map { violation in
          [
            "rule": .string(violation.rule.rawValue),
            "tick": JSON(violation.tick.map { Int($0) }),
            "era": JSON(violation.era.map { Int($0) }),
            "segment": JSON(violation.segment),
            "nodes": .array(violation.nodes.map { .string($0.rawValue) }),
            "text": .string(violation.text),
          ]
        }),
      "faults": .array(disaster.faults.map { .string("\($0)") }),
      "trace": .array(trace.map { .string($0) }),
      "command": .string(command),
    ]
  }
}
