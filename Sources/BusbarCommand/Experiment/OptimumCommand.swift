import ArgumentParser
import ConvexOptimization
import DCOptimalFlow
import GridModel

struct OptimumCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimum",
    abstract: "Find the cheapest dispatch of a grid in one process: the DC optimal flow.",
    discussion: """
      Generators run between their limits so that the flows of the DC
      approximation meet every load at the least cost, no branch carries more
      than its rating, and angles keep their limits. Sources have no limits and
      no price; photovoltaics, wind and batteries give what the document writes.

      Definitions of the DC approximation (--dc):
        matpower   b = 1/(x tap), phase shifts, angle limits as written
        pglib      b = x/(r^2+x^2), taps and shifts ignored, angles within
                   60 degrees (PowerModels' DCPPowerModel)

      Examples:
        busbar experiment optimum Topologies/ieee118.yaml
        busbar experiment optimum case118.m --dc pglib -o json

      Exit code 3 when there is no optimum, 65 when the document has faults or a
      cost is not convex.
      """)

  @Argument(help: "A topology (.yaml) or a MATPOWER version-2 case (.m).")
  var file: String

  @Option(help: "matpower or pglib.")
  var dc = DCDefinition.matpower

  @Option(name: .shortAndLong, help: "table or json.")
  var output = OutputFormat.table

  func run() async throws {
    let topology = try Documents.read(file)
    let grid: DCGrid
    do {
      grid = try DCGrid(topology, definition: dc)
    } catch {
      printNote("error: \(file): \(error)")
      throw ExitCode.badInput
    }
    warn(of: topology, grid)
    let optimum: DCOptimum
    do {
      optimum = try DCOptimum(of: grid)
    } catch {
      printNote("error: \(file): \(error)")
      throw ExitCode.badInput
    }
    switch output {
    case .table where optimum.status == .optimal:
      for line in OptimumTable(optimum).lines { printData(line) }
    case .table: break
    case .json: printData(OptimumJSON(optimum).document.text)
    }
    guard optimum.status == .optimal else {
      printNote("error: \(file): \(Self.reason(optimum))")
      throw ExitCode.noSolution
    }
  }

  private func warn(of topology: Topology, _ grid: DCGrid) {
    let live = topology.generators.filter(\.inService)
    if !live.isEmpty, live.allSatisfy({ $0.cost == nil }) {
      printNote("warning: no generator has a cost; every dispatch within the limits is as good")
    }
    for source in topology.sources where source.inService {
      printNote("warning: source '\(source.id)' has no price; what it supplies counts nothing")
    }
  }

  /// How many elements of a conflict are named.
  private static let named = 5

  private static func reason(_ optimum: DCOptimum) -> String {
    switch optimum.status {
    case .optimal: ""
    case .infeasible:
      "no dispatch meets all loads and limits"
        + (optimum.conflict.isEmpty
          ? ""
          : "; these limits contradict each other first: "
            + optimum.conflict.prefix(named).map { "\($0)" }.joined(separator: ", ")
            + (optimum.conflict.count > named ? ", …" : ""))
    case .unbounded:
      "the cost falls without end; a generator or source without a limit is paid for its power"
    case .iterationLimit:
      "no optimum was found in \(counted(optimum.iterations, "iteration")); the numbers of this grid "
        + "differ too much in size"
    }
  }
}

extension DCDefinition: ExpressibleByArgument {}
