import ArgumentParser
import Synchronization

@main
struct Busbar: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "busbar",
    abstract: "A digital twin of the power grid that runs as a cluster of segment processes.",
    discussion: """
      Examples:
        busbar demo                            a day of a twin in four processes
        busbar up -f Topologies/cigre-mv.yaml --pace 900 --detach
        busbar ps                              how the twin is
        busbar top                             the same, live
        busbar -e https://10.0.0.7:7400 ps     a twin that runs elsewhere
        busbar down                            end it; what is committed stays
        busbar flow Topologies/cigre-mv.yaml   one power flow in one process
        busbar experiment optimum Topologies/ieee118.yaml
                                               the cheapest dispatch
        busbar model validate Topologies/cigre-mv.yaml

      Data goes to standard output, everything else to standard error.
      Exit codes: 0 done; 1 error; 3 no solution; 64 usage; 65 bad input;
      69 a part cannot be reached; 75 the twin lost a part and could not go on;
      78 a folder or file is not as it must be; 130 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      DemoCommand.self, UpCommand.self, DownCommand.self, PsCommand.self, TopCommand.self,
      LogsCommand.self, EventsCommand.self, HealthCommand.self, DoctorCommand.self,
      HistoryCommand.self, FlowCommand.self,
      ModelCommand.self, ExperimentCommand.self, SimulateCommand.self, CoordinatorCommand.self,
      NodeCommand.self,
      ComposeCommand.self, PkiCommand.self, BenchCommand.self,
    ])

  /// For the commands that look at a twin; it may stand behind their name, too.
  @OptionGroup
  var remote: EndpointOption

  private static let hasEndpoint = Atomic(false)

  func validate() { Self.hasEndpoint.store(remote.endpoint != nil, ordering: .relaxed) }

  static func main() async {
    do {
      // A variable of a shell that is not set: no name, folder or address is empty.
      if CommandLine.arguments.contains(where: {
        $0.isEmpty || ($0.hasPrefix("-") && $0.hasSuffix("="))
      }) {
        throw ValidationError(
          "An empty text was given as a value; is a variable of the shell not set?")
      }
      var command = try parseAsRoot()
      // It would look as if the twin at the URL were meant.
      if hasEndpoint.load(ordering: .relaxed), !(command is any OutsideCommand) {
        throw ValidationError("Only ps, top, events and history take --endpoint.")
      }
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      exit(withError: error)
    }
  }
}

/// A command that may ask a twin at a URL.
protocol OutsideCommand: ParsableCommand {
  var outside: OutsideOptions { get }
  var busbar: Busbar { get }
}
