import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure parts of a twin on this machine.",
    discussion: """
      Examples:
        busbar bench grant --calls 5000
      """,
    subcommands: [GrantBenchCommand.self])
}
