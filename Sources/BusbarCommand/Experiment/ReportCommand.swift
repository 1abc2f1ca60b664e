import ArgumentParser
import Experiments
import Foundation

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Draw the results of experiments as one HTML file.",
    discussion: """
      Gap and violation against rounds, bytes and seconds, and cost against gap, of
      every algorithm. The file needs nothing else: no script, no request.

      Examples:
        busbar experiment report dispatch-by-tree.results
        busbar experiment report areas.results loss.results --out both.html
      """)

  @Argument(help: ArgumentHelp("Folders of results.", valueName: "dir"))
  var directories: [String]

  @Option(help: ArgumentHelp("DIR/report.html by default.", valueName: "FILE"))
  var out: String?

  func run() async throws {
    do { try show() } catch { throw TwinEnding.exitCode(of: error) }
  }

  private func show() throws {
    let groups = try ResultsFolder.read(directories)
    let runs = zip(directories, groups).flatMap { path, group in
      group.results.map { result in
        ReportPage.Run(
          series: (group.folder.map { "\($0): " } ?? "") + result.algorithm
            + (result.runtime == Experiment.RuntimeKind.processes.rawValue ? " (processes)" : ""),
          result: result,
          trace: JSONLines.read(TracePoint.self, from: ResultsFolder.trace(of: result, in: path)))
      }
    }
    let file = out ?? "\(directories[0])/report.html"
    do {
      try Data(ReportPage(runs, groups).text.utf8).write(to: URL(fileURLWithPath: file))
    } catch {
      throw Refusal("\(file) cannot be written: \(error.localizedDescription)")
    }
    printData(file)
  }
}
