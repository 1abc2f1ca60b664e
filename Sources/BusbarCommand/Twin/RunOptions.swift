import ArgumentParser
import GridModel

/// What a demo and a coordinator have in common: how long to run, and how to show it.
struct RunOptions: ParsableArguments {
  @Option(help: "How many ticks to run; the topology's own count by default.")
  var ticks: Int64?

  @Option(help: "The seed of every random draw; the topology's own by default.")
  var seed: UInt64?

  @Option(help: ArgumentHelp("Print a line every N ticks.", valueName: "N"))
  var every: Int64 = 8

  @Option(name: .shortAndLong, help: "table or json.")
  var output = OutputFormat.table

  func validate() throws {
    if let ticks, ticks < 1 { throw ValidationError("--ticks takes a number from 1 up.") }
    if let seed, seed > UInt64(Int64.max) {
      throw ValidationError("--seed takes a number up to \(Int64.max).")
    }
    if every < 1 { throw ValidationError("--every takes a number from 1 up.") }
  }

  /// Reads a topology and applies the seed.
  func read(_ path: String) throws -> Topology {
    var topology = try Documents.read(path)
    if let seed { topology.time.seed = seed }
    return topology
  }

  func ticks(of topology: Topology) -> Int64 { ticks ?? topology.time.steps }

  var twinOutput: TwinOutput { TwinOutput(format: output, every: every) }
}

extension BalancingPlan.Algorithm: ExpressibleByArgument {}
