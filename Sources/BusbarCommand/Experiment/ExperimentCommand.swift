import ArgumentParser

struct ExperimentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment", abstract: "Measure how grids are balanced.",
    discussion: """
      Examples:
        busbar experiment optimum Topologies/ieee118.yaml
        busbar experiment run Examples/experiments/dispatch-by-tree.yaml
        busbar experiment compare dispatch-by-tree.results
        busbar experiment report dispatch-by-tree.results

      How to write an experiment and read its results: Docs/Experiments.md.
      """,
    subcommands: [
      OptimumCommand.self, RunExperimentCommand.self, CompareCommand.self, ReportCommand.self,
      AgentCommand.self,
    ])
}
