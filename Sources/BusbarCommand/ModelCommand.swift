import ArgumentParser
import GridModel

struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Check grid documents and cut grids into segments.",
    discussion: """
      Examples:
        busbar model validate Topologies/cigre-mv.yaml
        busbar model split Topologies/ieee118.yaml --segments 8
      """,
    subcommands: [Validate.self, SplitCommand.self])

  struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read documents and report every fault at once.",
      discussion: """
        Examples:
          busbar model validate Topologies/cigre-mv.yaml
          busbar model validate Topologies/*.yaml

        Exit code 65 when any document has faults.
        """)

    @Argument(help: "Topologies (.yaml) or MATPOWER cases (.m).")
    var files: [String]

    func run() async throws {
      var hasFaults = false
      for file in files {
        guard let topology = try? Documents.read(file) else {
          hasFaults = true
          continue
        }
        printData(
          "\(file): \(counted(topology.buses.count, "bus")), "
            + "\(counted(topology.branchElementCount, "branch")), "
            + "\(counted(topology.segments.count, "segment")), no faults")
      }
      if hasFaults { throw ExitCode.badInput }
    }
  }
}

extension Topology {
  /// Lines, branches and transformers together.
  var branchElementCount: Int { lines.count + branches.count + transformers.count }
}
