import ArgumentParser

struct ComposeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compose", abstract: "Run a twin in containers.",
    discussion: """
      Examples:
        busbar compose render -f Topologies/cigre-mv.yaml -o docker-compose.yml
        busbar compose render -f Topologies/ieee118.yaml --nodes 2
      """,
    subcommands: [ComposeRenderCommand.self])
}
