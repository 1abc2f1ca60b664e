import ActorCluster
import ArgumentParser
import GridModel
import SQLiteTwinStore
import Twin
import TwinStore

struct HistoryCommand: AsyncParsableCommand, OutsideCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show what a twin has committed: a bus, a branch or a segment, tick by tick.",
    discussion: """
      Reads the store of a twin, also while the twin is running, and changes
      nothing. Powers and voltages are those that the twin itself reported.

      Examples:
        busbar history --bus 11
        busbar history --data run --branch line:6-7 --from 40 --to 60 -o csv
        busbar history --data run --segment feeder-1 -o jsonl
        busbar -e https://127.0.0.1:7400 history --bus 11

      A store keeps a limited number of ticks. The powers of a tick follow from
      the state before it, so the oldest tick that is kept is shown only if it is
      tick 0.

      Exit codes: 0 done; 1 the store cannot be read; 64 usage; 65 no store, no
      such tick, or an unknown name; 69 no coordinator answers at the URL.
      """)

  @Option(
    help: ArgumentHelp(
      "The directory of the twin; the only one under ./.busbar by default.", valueName: "DIR"))
  var data: String?

  @OptionGroup
  var outside: OutsideOptions

  @ParentCommand
  var busbar: Busbar

  @Option(help: ArgumentHelp("A bus.", valueName: "ID"))
  var bus: String?

  @Option(
    help: ArgumentHelp(
      "A line, branch or transformer; its kind may be left out where the id is plain.",
      valueName: "KIND:ID"))
  var branch: String?

  @Option(help: ArgumentHelp("A segment.", valueName: "ID"))
  var segment: String?

  @Option(
    help: ArgumentHelp("The first tick; the first that can be shown by default.", valueName: "TICK")
  )
  var from: Int64?

  @Option(help: ArgumentHelp("The last tick; the last committed by default.", valueName: "TICK"))
  var to: Int64?

  @Option(name: .shortAndLong, help: "table, csv or jsonl.")
  var output = HistoryFormat.table

  func validate() throws {
    guard [bus, branch, segment].compactMap({ $0 }).count == 1 else {
      throw ValidationError("Say what to show: one of --bus, --branch and --segment.")
    }
    if let tick = [from, to].compactMap({ $0 }).first(where: { $0 < 0 }) {
      throw ValidationError("\(tick) is not a tick; ticks are counted from 0.")
    }
    if let from, let to, from > to { throw ValidationError("--from is after --to.") }
    _ = try outside.endpoint(busbar, or: data)
  }

  func run() async throws {
    do {
      if let endpoint = try outside.endpoint(busbar, or: data) {
        try await show(endpoint)
      } else {
        try await show(try await StoredHistory(in: try data ?? TwinDirectory.find(nil).path))
      }
    } catch let refusal as Refusal {
      try end(.badInput, "\(refusal)")
    } catch let error as StoredHistory.Missing {
      try end(.badInput, "\(error)")
    } catch let error as HistoryNameError {
      try end(.badInput, "\(error)")
    } catch let error as StoreError {
      try end(.failure, "\(error)")
    } catch let error as HistoryError {
      try end(.failure, "\(error)")
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }

  private func end(_ code: ExitCode, _ sentence: String) throws {
    printNote("error: \(sentence)")
    throw code
  }

  private func show(_ endpoint: Endpoint) async throws {
    do {
      let twin = try await outside.twin(at: endpoint)
      try await twin.use { client in
        try await twin.ask { address in
          try await show(
            try await StoredHistory(
              try client.archive(at: address), path: "\(endpoint)", place: "at \(endpoint)",
              advice: "busbar -e \(endpoint) ps"))
        }
      }
    } catch let refusal as Refusal {
      try end(refusal.code, "\(refusal)")
    }
  }

  private func show(_ stored: StoredHistory) async throws {
    let subject = try subject(in: stored.history)
    let range = try stored.range(from: from, to: to)
    for note in range.notes { printNote("note: \(note)") }
    var writer = HistoryWriter(output, subject)
    try await stored.reports(of: subject.segment, in: range.ticks) { tick, time, report in
      guard let cells = subject.cells(from: report) else {
        throw StoredHistory.Missing(
          "\(subject.name) is out of service and carries nothing; it has no history")
      }
      writer.write(tick: tick, time: time, cells)
    }
    writer.end()
  }

  private func subject(in history: History) throws -> HistorySubject {
    if let bus {
      let id = Bus.ID(bus)
      return .bus(id, in: try history.segment(ofBus: id))
    }
    if let branch {
      let found = try history.branch(named: branch)
      return .branch(found.element, in: found.segment)
    }
    return .segment(try history.segment(named: segment!))
  }
}
