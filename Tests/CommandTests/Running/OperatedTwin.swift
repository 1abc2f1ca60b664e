import Foundation
import Testing

/// A twin in a directory of its own. Whatever a test leaves running ends with the test.
final class OperatedTwin: Sendable {
  let scratch: Scratch
  var data: String { scratch.file("twin").path }

  init() throws { scratch = try Scratch() }

  deinit {
    for part in (try? parts()) ?? [:] { kill(part.value.pid, SIGKILL) }
  }

  /// Starts what is missing and returns.
  @discardableResult
  func up(_ options: String..., topology: String = Busbar.cigre) async throws -> Ending {
    try await up(options, topology: topology)
  }

  @discardableResult
  func up(_ options: [String], topology: String = Busbar.cigre) async throws -> Ending {
    try await RunningCommand(
      ["up", "-f", topology, "--data", data, "--detach"] + options
    ).end(within: .seconds(15))
  }

  func run(_ command: String, _ options: String...) async throws -> Ending {
    try await RunningCommand([command, "--data", data] + options).end(within: .seconds(15))
  }

  /// How the twin is, as `ps` tells.
  func status() async throws -> JSONText {
    JSONText(try await run("ps", "-o", "json").output)
  }

  /// Waits until `ps` tells what is wanted.
  func eventually(
    _ what: String, within limit: Duration = .seconds(10), _ isSo: (JSONText) -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + limit
    while true {
      let status = try await status()
      if isSo(status) { return }
      guard ContinuousClock.now < deadline else {
        throw RunningCommand.Overdue(
          description: "waited \(limit) for \(what); ps tells \(status.text)")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// The processes of the twin, by name, as its directory remembers them.
  func parts() throws -> [String: LiveProcess] {
    let record = JSONText(try String(contentsOfFile: "\(data)/twin.json", encoding: .utf8))
    var parts: [String: LiveProcess] = [:]
    for part in [record["coordinator"]] + record["nodes"].elements {
      if let name = part["name"].string, let pid = part["process"]["pid"].number {
        parts[name] = LiveProcess(pid: Int32(pid))
      }
    }
    return parts
  }

  func part(_ name: String) throws -> LiveProcess { try #require(try parts()[name]) }

  var hasEnded: Bool { get throws { try parts().values.allSatisfy { !$0.isAlive } } }
}
