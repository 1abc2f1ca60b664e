import ArgumentParser
import Foundation
import Twin

struct TopCommand: AsyncParsableCommand, OutsideCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Show how a twin is, again every second.",
    discussion: """
      On a terminal the view is drawn in place until q, Ctrl-C or the end of the
      twin; elsewhere it is printed once.

      Examples:
        busbar top
        busbar top --data days/118
        busbar -e https://127.0.0.1:7400 top

      Exit codes: 0 done, or the day is; 1 error; 64 usage; 69 there is no such
      twin, nobody answers, or it runs no more.
      """)

  @OptionGroup
  var place: PlaceOption

  @OptionGroup
  var outside: OutsideOptions

  @ParentCommand
  var busbar: Busbar

  func validate() throws { _ = try outside.endpoint(busbar, or: place.data) }

  func run() async throws {
    do {
      if let endpoint = try outside.endpoint(busbar, or: place.data) {
        let twin = try await outside.twin(at: endpoint)
        try await twin.use { client in
          var feed = TopFeed.Wire(client, twin)
          try await TopScreen.show(LiveView(twin: "", ticks: nil, step_s: 0)) {
            try await feed.look(&$0)
          }
        }
      } else {
        let directory = try TwinDirectory.find(place.data)
        let record = try TwinRecord.read(directory)
        var feed = TopFeed.Directory(directory)
        try await TopScreen.show(
          LiveView(twin: record.twin, ticks: record.ticks, step_s: 0)
        ) {
          try await feed.look(&$0)
        }
      }
    } catch let end as TwinHasEnded where end.refusal.code == .success {
      printNote(end.refusal.description)
    } catch let end as TwinHasEnded {
      throw TwinEnding.exitCode(of: end.refusal)
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }
}

/// Where the view of `busbar top` comes from.
enum TopFeed {
  /// As many events as the view may show.
  private static let eventCount = 8

  /// A coordinator at a URL.
  struct Wire {
    private let client: TwinClient
    private let twin: OutsideTwin
    private var events: EventFeed

    init(_ client: TwinClient, _ twin: OutsideTwin) {
      self.client = client
      self.twin = twin
      events = EventFeed(client, twin)
    }

    mutating func look(_ view: inout LiveView) async throws {
      let status = try await twin.ask { try await client.status(at: $0) }
      view.twin = status.twin
      view.show(status)
      view.events = (view.events + (try await events.next())).suffix(eventCount)
    }
  }

  /// A twin of this machine.
  struct Directory {
    private let directory: TwinDirectory
    private var events: LineFollower

    init(_ directory: TwinDirectory) {
      self.directory = directory
      events = LineFollower(directory.events)
    }

    mutating func look(_ view: inout LiveView) async throws {
      guard FileManager.default.fileExists(atPath: directory.record) else {
        throw TwinHasEnded(
          refusal: Refusal("the twin in \(directory.path) was deleted", code: .unreachable))
      }
      switch try await TwinView.look(directory) {
      case .running(let status, _):
        view.show(status)
        if status.figures == nil {
          view.figures = JSONLines.last(TickRecord.self, of: directory.ticks)?.figures
        }
      case .headless(let record, let nodes, _):
        view.isHeadless = true
        view.ticks = record.ticks
        if view.figures == nil {
          view.figures = JSONLines.last(TickRecord.self, of: directory.ticks)?.figures
        }
        view.answering = nodes.map(\.node.rawValue)
      case .ended(let record, _):
        let isDone = CoordinatorCard.read(directory)?.exit == 0
        throw TwinHasEnded(
          refusal: Refusal(
            isDone
              ? "the day of \(record.twin) is done"
              : "the twin \(record.twin) does not run any more; '\(record.restartCommand(in: directory))' "
                + "goes on with it", code: isDone ? .success : .unreachable))
      }
      let new = JSONLines.decode(EventRecord.self, events.next())
      view.events = (view.events + new).suffix(eventCount)
    }
  }
}

extension LiveView {
  /// Shows what a coordinator has said.
  fileprivate mutating func show(_ status: TwinStatus) {
    if self.status == nil { firstTick = status.committedTick }
    self.status = status
    figures = status.figures ?? figures
    isHeadless = false
  }
}
