import ArgumentParser
import Assets
import GridModel
import PowerFlow
import Quantities

struct FlowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flow",
    abstract: "Solve one power flow in one process.",
    discussion: """
      The powers are those that the document writes; with --at, those of a
      moment of the twin's day.
      Reactive limits are not enforced.

      Examples:
        busbar flow Topologies/cigre-mv.yaml
        busbar flow Topologies/cigre-mv.yaml --without photovoltaics,windTurbines
        busbar flow Topologies/cigre-mv.yaml --at 2030-06-21T12:00:00Z
        busbar flow case118.m -o json

      Exit code 3 when an island has no solution, 65 when the document has faults.
      """)

  @Argument(help: "A topology (.yaml) or a MATPOWER version-2 case (.m).")
  var file: String

  @Option(
    help: ArgumentHelp(
      "Kinds of asset to leave out, separated by commas: loads, generators, photovoltaics, "
        + "windTurbines, batteries, shunts.", valueName: "KIND,…"), transform: LeftOut.init)
  var without = LeftOut()

  @Option(
    help: ArgumentHelp(
      "Apply profiles, weather and schedules as they are at this time, such as "
        + "2030-06-21T12:00:00Z.", valueName: "TIME"), transform: Self.time)
  var at: Timestamp?

  @Option(name: .shortAndLong, help: "table or json.")
  var output = OutputFormat.table

  func run() async throws {
    var topology = try Documents.read(file)
    without.apply(to: &topology)
    let flow = PowerFlow(topology, at: operatingPoint(of: topology))
    do {
      let solved = try flow.solve()
      if solved.report.totals.unserved_MW > 0 {
        printNote(
          "warning: \(fixed(solved.report.totals.unserved_MW, 3)) MW at dark buses are not served")
      }
      if let low = solved.report.collapsedBus {
        printNote(
          "warning: bus \(low.bus) is at \(fixed(low.v_pu, 4)) pu; this may be a false solution: leave "
            + "'start' out, or begin nearer")
      }
      switch output {
      case .table: for line in FlowTable(solved).lines { printData(line) }
      case .json: printData(FlowJSON(solved, of: topology).document.text)
      }
    } catch {
      printNote("error: \(file): \(error)")
      throw ExitCode.noSolution
    }
  }

  private static func time(_ text: String) throws -> Timestamp {
    guard let time = Timestamp(text) else {
      throw ValidationError("'\(text)' is not a time; write it like 2030-06-21T12:00:00Z.")
    }
    return time
  }

  /// The powers as written, or, with `--at`, those of the tick that holds the time.
  private func operatingPoint(of topology: Topology) -> OperatingPoint {
    guard let at else { return OperatingPoint(asWrittenIn: topology) }
    return OperatingPoint(AssetFleet(topology).powers(at: at), of: topology)
  }
}
