import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure parts of a twin on this machine.",
    discussion: """
      Examples:
        busbar bench grant --calls 5000
        busbar bench calls --in-flight 100
        busbar bench stream --items 1000000
        busbar bench serve --plaintext 127.0.0.1:8080
      """,
    subcommands: [
      GrantBenchCommand.self, CallsBenchCommand.self, StreamBenchCommand.self,
      ServeBenchCommand.self, AnswerBenchCommand.self,
    ])
}
