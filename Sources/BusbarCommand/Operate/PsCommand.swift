import ActorCluster
import ArgumentParser
import Foundation
import Twin

struct PsCommand: AsyncParsableCommand, OutsideCommand {
  static let configuration = CommandConfiguration(
    commandName: "ps", abstract: "Show how a twin is: nodes, segments, era, tick, and who waits.",
    discussion: """
      When the coordinator does not answer, the nodes are asked themselves, and
      what they know is shown as stale.

      Examples:
        busbar ps
        busbar ps --data days/118 -o json
        busbar -e https://127.0.0.1:7400 ps
        busbar ps -o metrics                   for Prometheus

      Exit codes: 0 the coordinator answered; 1 error; 64 usage; 69 there is no
      such twin, or its coordinator does not answer.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json, metrics
  }

  @OptionGroup
  var place: PlaceOption

  @OptionGroup
  var outside: OutsideOptions

  @ParentCommand
  var busbar: Busbar

  @Option(
    help: ArgumentHelp(
      "Ask this coordinator, which speaks plaintext; the same as -e http://HOST:PORT.",
      valueName: "HOST:PORT"),
    transform: NodeAddress.init(argument:))
  var coordinator: NodeAddress?

  @Option(name: .shortAndLong, help: "table, json or metrics.")
  var output = Format.table

  func validate() throws {
    if coordinator != nil, place.data != nil {
      throw ValidationError("Give --coordinator or --data, not both.")
    }
    try AddressRule(isEncrypted: false).check(coordinator)
    let endpoint = try outside.endpoint(busbar, or: place.data)
    if coordinator != nil, endpoint != nil {
      throw ValidationError("Give --endpoint or --coordinator, not both.")
    }
  }

  func run() async throws {
    do {
      let view: TwinView
      var directory: TwinDirectory?
      let plain = coordinator.map { Endpoint($0, isEncrypted: false) }
      if let endpoint = try outside.endpoint(busbar, or: place.data) ?? plain {
        view = try await TwinView.look(try await outside.twin(at: endpoint))
      } else {
        let found = try TwinDirectory.find(place.data)
        view = try await TwinView.look(found)
        directory = found
      }
      show(view)
      try conclude(view, directory)
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }

  private func show(_ view: TwinView) {
    switch output {
    case .table: for line in view.lines { printData(line) }
    case .json: printData(view.json.text)
    case .metrics: for line in view.metrics.split(separator: "\n") { printData(String(line)) }
    }
  }

  /// Says what to do when the coordinator did not answer.
  private func conclude(_ view: TwinView, _ directory: TwinDirectory?) throws {
    guard let directory else { return }
    switch view {
    case .running: return
    case .headless(let record, _, _):
      let isThere = record.coordinator.process?.isStopped ?? false
      throw Refusal(
        isThere
          ? "the coordinator (process \(record.coordinator.process!.pid)) is stopped; 'kill -CONT "
            + "\(record.coordinator.process!.pid)' lets it go on"
          : record.coordinator.isAlive
            ? "the coordinator does not answer; see \(directory.log(of: "coordinator")), and if it "
              + "stays so: 'busbar down --data \(ShellWord.quote(directory.path))', then "
              + "'\(record.restartCommand(in: directory))'"
            : "the coordinator is gone, and no tick is committed until it is back; start it again on its store with "
              + "'\(record.restartCommand(in: directory))'",
        code: .unreachable)
    case .ended(let record, _):
      let isDone = CoordinatorCard.read(directory)?.exit == 0
      throw Refusal(
        isDone
          ? "the day of \(record.twin) is done; 'busbar down --volumes --data "
            + "\(ShellWord.quote(directory.path))' deletes it, for a new one"
          : "the twin \(record.twin) does not run; '\(record.restartCommand(in: directory))' goes on "
            + "with it", code: .unreachable)
    }
  }
}
