import ArgumentParser
import Foundation

struct EventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Show what happened to a twin: who came, who went, what was done.",
    discussion: """
      Examples:
        busbar events
        busbar events -f
        busbar events -o json | jq 'select(.kind == "nodeLost")'

      Exit codes: 0 done; 64 usage; 69 there is no such twin; 130 interrupted.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json, jsonl
  }

  @Flag(name: .shortAndLong, help: "Go on as more happens.")
  var follow = false

  @OptionGroup
  var place: PlaceOption

  @Option(name: .shortAndLong, help: "table, or json: one document a line.")
  var output = Format.table

  func run() async throws {
    do {
      var lines = LineFollower(try TwinDirectory.find(place.data).events)
      try await Following.run(forever: follow) {
        let new = lines.next()
        switch output {
        case .json, .jsonl: for line in new { printData(line) }
        case .table:
          for record in JSONLines.decode(EventRecord.self, new) { printData(record.line) }
        }
      }
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }
}
