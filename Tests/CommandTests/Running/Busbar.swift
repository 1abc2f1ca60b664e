import Foundation

/// The built command, as a user runs it.
enum Busbar {
  /// Beside the running test bundle, whatever the configuration and the scratch path; the
  /// environment variable `BUSBAR` names another one.
  static let executable: URL = {
    if let path = ProcessInfo.processInfo.environment["BUSBAR"] {
      return URL(fileURLWithPath: path)
    }
    return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "busbar")
  }()

  static let topologies = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Topologies").standardized
  static let cigre = topologies.appending(path: "cigre-mv.yaml").path
  static let ieee118 = topologies.appending(path: "ieee118.yaml").path

  /// Runs the command to its end.
  static func run(
    _ arguments: String..., within limit: Duration = .seconds(30)
  ) async throws -> Ending {
    try await RunningCommand(arguments).end(within: limit)
  }
}

/// How a process ended and what it wrote.
struct Ending: Sendable {
  /// The exit code; nil when a signal ended the process.
  var status: Int32?
  var output: String
  var notes: String
  /// From the question for the end to the end.
  var waited: Duration

  var outputLines: [String] { output.split(separator: "\n").map(String.init) }
  var noteLines: [String] { notes.split(separator: "\n").map(String.init) }
}
