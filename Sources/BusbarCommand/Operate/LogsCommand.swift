import ArgumentParser
import Foundation

struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Show what the processes of a twin have written.",
    discussion: """
      Examples:
        busbar logs
        busbar logs -f coordinator
        busbar logs north south --data days/118

      Exit codes: 0 done; 64 usage; 69 there is no such twin or node; 130
      interrupted.
      """)

  @Flag(name: .shortAndLong, help: "Go on as more is written.")
  var follow = false

  @OptionGroup
  var place: PlaceOption

  @Argument(
    help: ArgumentHelp("Processes, 'coordinator' or nodes; all by default.", valueName: "NODE"))
  var nodes: [String] = []

  func run() async throws {
    do {
      let directory = try TwinDirectory.find(place.data)
      let record = try TwinRecord.read(directory)
      let known = record.parts.map(\.name)
      for node in nodes where !known.contains(node) {
        throw Refusal(
          "the twin \(record.twin) has no node '\(node)'; it has \(known.joined(separator: ", "))",
          code: .unreachable)
      }
      let shown = nodes.isEmpty ? known : nodes
      let width = shown.map(\.count).max() ?? 0
      var followers = shown.map { (name: $0, lines: LineFollower(directory.log(of: $0))) }
      try await Following.run(forever: follow) {
        for index in followers.indices {
          let name = followers[index].name
          for line in followers[index].lines.next() {
            printData(
              shown.count == 1
                ? line : name + String(repeating: " ", count: width - name.count) + " | " + line)
          }
        }
      }
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }
}

/// Looks once, or again and again until somebody interrupts it.
enum Following {
  private static let pause = Duration.milliseconds(100)

  static func run(forever: Bool, _ look: () async throws -> Void) async throws {
    try await look()
    guard forever else { return }
    let signals = Signals.receive([SIGINT, SIGTERM, SIGHUP])
    let isInterrupted = Interruption()
    let listening = Task {
      for await _ in signals { return isInterrupted.set() }
    }
    defer { listening.cancel() }
    while !isInterrupted.isSet {
      try? await Task.sleep(for: Self.pause)
      try await look()
    }
    throw ExitCode.interrupted
  }
}
