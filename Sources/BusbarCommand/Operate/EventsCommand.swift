import ArgumentParser
import Foundation

struct EventsCommand: AsyncParsableCommand, OutsideCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Show what happened to a twin: who came, who went, what was done.",
    discussion: """
      Examples:
        busbar events
        busbar events -f
        busbar events -o json | jq 'select(.kind == "nodeLost")'
        busbar -e https://127.0.0.1:7400 events     since its coordinator started
        busbar -e https://127.0.0.1:7400 events -f  and on, until the day is done

      Exit codes: 0 done; 64 usage; 69 there is no such twin, or nobody answers;
      130 interrupted.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json, jsonl
  }

  @Flag(name: .shortAndLong, help: "Go on as more happens.")
  var follow = false

  @OptionGroup
  var place: PlaceOption

  @OptionGroup
  var outside: OutsideOptions

  @ParentCommand
  var busbar: Busbar

  @Option(name: .shortAndLong, help: "table, or json: one document a line.")
  var output = Format.table

  func validate() throws { _ = try outside.endpoint(busbar, or: place.data) }

  func run() async throws {
    do {
      if let endpoint = try outside.endpoint(busbar, or: place.data) {
        return try await ask(try await outside.twin(at: endpoint))
      }
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

  /// Asks the coordinator, which remembers the events since its start.
  private func ask(_ twin: OutsideTwin) async throws {
    guard !follow else { return try await listen(to: twin) }
    try await twin.use { client in
      var feed = EventFeed(client, twin)
      for record in try await feed.next() { try show(record) }
    }
  }

  /// Hears the coordinator until its day is done.
  private func listen(to twin: OutsideTwin) async throws {
    let (result, wasInterrupted) = await Interruptible.run {
      var events = EventStream(twin)
      try await events.run { news in
        switch news {
        case .event(let record): try show(record)
        case .missed(let count):
          printNote("\(counted(Int(count), "event")) are gone: they were not read in time")
        case .isGone: printNote("the coordinator at \(twin.endpoint) is gone; looking for it")
        }
      }
    }
    if wasInterrupted { throw ExitCode.interrupted }
    try result.get()
  }

  private func show(_ record: EventRecord) throws {
    switch output {
    case .json, .jsonl: printData(try record.document)
    case .table: printData(record.line)
    }
  }
}
