import ActorCluster
import ArgumentParser
import Foundation
import Logging
import SQLiteTwinStore
import Twin
import TwinStore

/// What a coordinator with a directory writes there, beside its store.
final class CoordinatorJournal: Sendable {
  let directory: TwinDirectory
  let events: EventLog
  private let log: Logger
  private let tickWriter: JSONLinesWriter

  init(_ directory: TwinDirectory, _ log: Logger) throws {
    try directory.prepare()
    self.directory = directory
    self.log = log
    tickWriter = try JSONLinesWriter(directory.ticks)
    let eventWriter = try JSONLinesWriter(directory.events)
    events = EventLog { record in
      eventWriter.append(record)
      log.log(
        level: record.isAlarm ? .warning : .info, "\(record.text)",
        metadata: ["era": "\(record.event.era)", "tick": "\(record.event.tick)"])
    }
  }

  /// Where its nodes were, and will be looked for.
  var memory: NodeMemory { KnownNodes.memory(in: directory) }

  /// What was told of earlier ticks.
  func ticks() -> [Int64: TickRecord] {
    Dictionary(
      JSONLines.read(TickRecord.self, from: directory.ticks).map { ($0.tick, $0) },
      uniquingKeysWith: { $1 })
  }

  /// Takes the store, which one coordinator has at a time.
  func openStore() throws -> any Store { try SQLiteStore(at: directory.store) }

  /// Reads the store beside the coordinator that writes it.
  func openArchive() throws -> any CommitSource { try StoreReader(at: directory.store) }

  /// The fingerprint of a tick as the store has it; `nil` for one that it does not have any more.
  func storedFingerprint(of tick: Int64, _ plan: TwinPlan) -> UInt64? {
    let segments = Set(plan.slices.map(\.segment.text))
    let commits = try? StoreReader(at: directory.store).commits(in: tick...tick, of: segments)
    return commits?.first?.fingerprint
  }

  /// Tells where the coordinator is.
  func begin(at address: NodeAddress) throws {
    try card(at: address).write(to: directory)
    log.info("listening at \(address)", metadata: ["process": "\(ProcessMark.own.pid)"])
  }

  func committed(_ record: TickRecord) {
    tickWriter.append(record)
    events.committed()
  }

  func write(_ summary: TwinSummary) {
    for (format, lines) in [(OutputFormat.table, summary.lines), (.json, [summary.json.text])] {
      let text = lines.joined(separator: "\n") + "\n"
      try? text.write(toFile: directory.summary(format), atomically: true, encoding: .utf8)
    }
  }

  /// Tells how the coordinator ended, so that nobody looks for it. The card of another coordinator
  /// that runs stays.
  func end(_ code: ExitCode, because reason: String) {
    log.info("ended: \(reason)")
    let known = CoordinatorCard.read(directory)
    guard known.map({ $0.process == .own || !$0.process.isAlive }) ?? true else { return }
    var card = card(at: NodeAddress(host: known?.host ?? "127.0.0.1", port: known?.port ?? 0))
    card.exit = code.rawValue
    card.reason = reason
    try? card.write(to: directory)
  }

  private func card(at address: NodeAddress) -> CoordinatorCard {
    CoordinatorCard(process: .own, host: address.host, port: address.port)
  }
}

extension Commit {
  /// The same hash of every segment's state that a tick's report has.
  fileprivate var fingerprint: UInt64 {
    var hash = StableHash()
    for state in states {
      hash.combine(state.segment)
      hash.combine(state.state)
    }
    return hash.value
  }
}
