import ArgumentParser
import Foundation
import Twin

/// Stays with a twin that `up` started: shows its ticks until the day is done, and ends every process
/// when it is interrupted.
struct TwinWatch {
  let directory: TwinDirectory
  let options: RunOptions
  let plan: TwinPlan
  private var ticks: LineFollower
  private var events: LineFollower

  private static let pause = Duration.milliseconds(50)

  /// Begins before anything is started, so that nothing is missed and nothing old is shown.
  init(directory: TwinDirectory, options: RunOptions, plan: TwinPlan) {
    self.directory = directory
    self.options = options
    self.plan = plan
    ticks = LineFollower(directory.ticks)
    events = LineFollower(directory.events)
    ticks.skipToEnd()
    events.skipToEnd()
  }

  /// Watches until the coordinator ends.
  ///
  /// - Throws: `WasInterrupted` when the task was cancelled and every process has ended.
  mutating func run(_ record: TwinRecord) async throws {
    let live = LiveDisplay.onTerminal(
      format: options.output, twin: record.twin, ticks: record.ticks, pace: record.pace,
      step_s: plan.time.step_s)
    do {
      try await TwinClient.use(record, in: directory) { try await follow(record, live, $0) }
      live?.close()
    } catch is CancellationError {
      live?.close()
      _ = await TwinEnder(directory: directory, record: current(record)).end()
      throw UpCommand.WasInterrupted(restart: record.restartCommand(in: directory))
    } catch {
      live?.close()
      _ = await TwinEnder(directory: directory, record: current(record)).end()
      throw error
    }
  }

  /// Another `up` may have started parts since.
  private func current(_ record: TwinRecord) -> TwinRecord {
    (try? TwinRecord.read(directory)) ?? record
  }

  private mutating func follow(
    _ record: TwinRecord, _ live: LiveDisplay?, _ client: TwinClient
  ) async throws {
    var isMissed = false
    var shown: Int64 = 0
    while true {
      let card = CoordinatorCard.read(directory)
      let records = JSONLines.decode(TickRecord.self, ticks.next())
      show(records, of: record, live, &shown)
      show(JSONLines.decode(EventRecord.self, events.next()), live)
      if let code = card?.exit {
        guard code == 0 else { throw ended(ExitCode(code), card!) }
        // A node that slept when the others were sent home.
        _ = await TwinEnder(directory: directory, record: current(record)).end()
        printSummary()
        return
      }
      try Task.checkCancellation()
      let isGone = !(card?.process.isAlive ?? false)
      if isGone, !isMissed {
        let note =
          "the coordinator was lost; '\(record.restartCommand(in: directory))' in another terminal "
          + "starts it again, Ctrl-C ends the rest"
        live?.coordinatorIsGone()
        if let live { live.say(note) } else { printNote(note) }
      }
      isMissed = isGone
      if let live, !isGone, let card {
        let address = TwinRecord.Part(name: "", host: card.host, port: card.port).address!
        live.update(try? await client.status(at: address))
      }
      live?.draw()
      try await Task.sleep(for: Self.pause)
    }
  }

  private func show(
    _ records: [TickRecord], of twin: TwinRecord, _ live: LiveDisplay?, _ shown: inout Int64
  ) {
    for record in records {
      if let live {
        live.update(record)
      } else {
        let isLast = record.tick == twin.ticks - 1
        let isFirst = shown == 0
        options.twinOutput.show(
          record, at: isFirst && isLast ? .only : isFirst ? .first : isLast ? .last : .between)
      }
      shown += 1
    }
  }

  private func show(_ records: [EventRecord], _ live: LiveDisplay?) {
    if let live { return live.add(records) }
    for record in records where record.isNews { printNote(record.line) }
  }

  private func ended(_ code: ExitCode, _ card: CoordinatorCard) -> any Error {
    guard code == .interrupted else {
      return Refusal(card.reason ?? "the coordinator ended", code: code)
    }
    return Refusal("the twin was ended from elsewhere", code: .interrupted)
  }

  /// What the coordinator printed when the day was done.
  func printSummary() {
    let path = directory.summary(options.output)
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    if options.output == .table { printData("") }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      printData(String(line))
    }
  }
}
