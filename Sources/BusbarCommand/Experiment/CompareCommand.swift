import ArgumentParser

struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare algorithms: median and worst over the seeds of one or more experiments.",
    discussion: """
      Examples:
        busbar experiment compare dispatch-by-tree.results
        busbar experiment compare areas.results loss.results -o json
      """)

  @Argument(help: ArgumentHelp("Folders of results.", valueName: "dir"))
  var directories: [String]

  @Option(name: .shortAndLong, help: "table or json.")
  var output = OutputFormat.table

  func run() async throws {
    do { try show() } catch { throw TwinEnding.exitCode(of: error) }
  }

  private func show() throws {
    let groups = try ResultsFolder.read(directories)
    switch output {
    case .table: for line in ComparisonTable(groups).lines { printData(line) }
    case .json: printData(ComparisonJSON(groups).document.text)
    }
  }
}
