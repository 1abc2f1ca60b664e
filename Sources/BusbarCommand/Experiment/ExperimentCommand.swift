import ArgumentParser

struct ExperimentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment", abstract: "Measure how grids are balanced.",
    discussion: """
      Examples:
        busbar experiment optimum Topologies/ieee118.yaml
      """,
    subcommands: [OptimumCommand.self])
}
