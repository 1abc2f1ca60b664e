import ArgumentParser

@main
struct Busbar: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "busbar")
}
