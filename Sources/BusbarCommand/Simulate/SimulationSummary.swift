import TwinSimulation

/// What a run of many seeds came to.
struct SimulationSummary: Sendable {
  let seeds: SeedRange
  var done = 0
  var failedSeeds = 0
  /// The first of them, with their traces.
  var failures: [FailedSeed] = []
  var simulated = Duration.zero
  var wall = Duration.zero
  var ticks: Int64 = 0
  var eras: Int64 = 0
  var messages = 0
  var coordinatorStarts = 0
  var exits = 0
  /// The first of them, with their seeds.
  var toldExits: [String] = []
  var faults: [String: Int] = [:]
  /// Of all traces, whatever the order in which they came.
  var traces: UInt64 = 0

  /// A fault of ours that ends thousands is one fault.
  private static let maximumTold = 20

  init(seeds: SeedRange) { self.seeds = seeds }

  mutating func add(_ outcome: DisasterOutcome, wall: Duration) {
    done += 1
    if !outcome.violations.isEmpty { failedSeeds += 1 }
    simulated += outcome.simulated
    self.wall = wall
    ticks += outcome.ticks
    eras += outcome.eras
    messages += outcome.messages
    coordinatorStarts += outcome.coordinatorStarts
    exits += outcome.exits.count
    toldExits += outcome.exits.prefix(Self.maximumTold - toldExits.count)
      .map { "seed \(outcome.seed): \($0)" }
    for fault in outcome.faults { faults[fault, default: 0] += 1 }
    traces ^= outcome.traceHash
  }

  /// Simulated seconds in a second.
  var speed: Double { wall > .zero ? simulated / wall : 0 }

  var lines: [String] {
    var lines = [
      "\(counted(done, "seed")) of \(seeds.count), \(counted(failedSeeds, "failure"))",
      "\(simulated.components.seconds) simulated s in \(fixed(wall / .seconds(1), 1)) s, "
        + "\(fixed(speed, 0)) a second; \(counted(Int(ticks), "tick")), \(counted(Int(eras), "era")), "
        + "\(counted(messages, "message")), \(counted(coordinatorStarts, "start")) of a coordinator, "
        + "\(counted(exits, "process")) ended by themselves",
      "faults: "
        + faults.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { "\($0.value) \($0.key)" }.joined(separator: ", "),
      "traces \(traces)",
    ]
    lines += toldExits
    if !failures.isEmpty {
      lines.append("failed seeds: " + failures.map { "\($0.outcome.seed)" }.joined(separator: ", "))
    }
    return lines
  }

  var json: JSON {
    [
      "apiVersion": "busbar/v1", "kind": "Simulation",
      "first": .string("\(seeds.first)"), "last": .string("\(seeds.last)"),
      "seeds": JSON(done), "failures": JSON(failedSeeds),
      "simulated_s": .number(simulated / .seconds(1)), "wall_s": .number(wall / .seconds(1)),
      "simulatedSecondsPerSecond": .number(speed),
      "ticks": .integer(ticks), "eras": .integer(eras), "messages": JSON(messages),
      "coordinatorStarts": JSON(coordinatorStarts), "exits": JSON(exits),
      "endings": .array(toldExits.map { .string($0) }),
      "faults": .object(faults.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }),
      "traces": .string("\(traces)"),
      "failed": .array(failures.map(\.json)),
    ]
  }
}
