import ArgumentParser
import Foundation
import GridModel
import Twin

struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Start a twin that keeps what it commits: a coordinator and a process for each node.",
    discussion: """
      The twin lives in a directory: ./.busbar/NAME, or DIR. 'up' on a directory
      whose twin runs partly starts what is missing, and the twin goes on at the
      last committed tick. Ctrl-C ends every process, --detach leaves them to
      'busbar down'.

      Examples:
        busbar up -f Topologies/cigre-mv.yaml
        busbar up -f Topologies/cigre-mv.yaml --pace 900 --detach
        busbar up -f Topologies/ieee118.yaml --data days/118 --ticks 16

      Exit codes: 0 the day is done, or with --detach: the twin runs; 1 error; 3 a
      tick has no solution; 64 usage; 65 bad input; 69 a part did not start; 78
      a folder or file is not as it must be; 130 interrupted.
      """)

  @Option(
    name: [.customShort("f"), .customLong("file")],
    help: ArgumentHelp("The grid with its segments.", valueName: "TOPOLOGY"))
  var file: String

  @Flag(help: "Return as soon as the twin commits; its processes go on.")
  var detach = false

  @Option(
    help: ArgumentHelp("The twin's directory; ./.busbar/NAME by default.", valueName: "DIR"))
  var data: String?

  @Flag(help: "No certificates and no encryption between the processes.")
  var plaintext = false

  @OptionGroup
  var pacing: PaceOption

  @OptionGroup
  var options: RunOptions

  @OptionGroup
  var logs: LogOptions

  func run() async throws {
    var options = options
    var pace = pacing.pace
    var topology = try options.read(file)
    let directory =
      data.map(TwinDirectory.init(path:)) ?? TwinDirectory(twin: topology.name)
    // What a twin was started with holds until something else is asked for.
    if let earlier = try? TwinRecord.read(directory), earlier.twin == topology.name {
      options.ticks = options.ticks ?? earlier.ticks
      if options.seed == nil { topology.time.seed = earlier.seed }
      pace = pace ?? earlier.pace
      let isPlain = earlier.plaintext == true
      let alive = earlier.parts.count(where: \.isAlive)
      if alive > 0, isPlain != plaintext, isPlain || alive < earlier.parts.count {
        let how =
          isPlain ? "with --plaintext; say that again" : "with certificates; leave --plaintext out"
        printNote(
          "error: this twin runs \(how), or end it first with 'busbar down --data "
            + "\(ShellWord.quote(directory.path))'")
        throw ExitCode.badInput
      }
    }
    let day = Day(
      topology: topology, directory: directory, options: options, pace: pace, plaintext: plaintext)
    let (result, wasInterrupted) = await Interruptible.run { try await run(day) }
    if let code = LostOutput.code {
      if case .failure(let error as WasInterrupted) = result {
        printNote(
          "nobody takes what 'up' prints, so every process of the twin has ended; '\(error.restart)' goes on "
            + "at the last committed tick")
      }
      throw ExitCode(code)
    }
    if wasInterrupted {
      if case .failure(let error as WasInterrupted) = result {
        printNote(
          "interrupted: every process of the twin has ended; '\(error.restart)' goes on at the last "
            + "committed tick")
      } else {
        printNote("interrupted: what was started has ended again")
      }
      throw ExitCode.interrupted
    }
    do { try result.get() } catch { throw TwinEnding.exitCode(of: error) }
  }

  /// A person ended the twin; the command that goes on.
  struct WasInterrupted: Error {
    let restart: String
  }

  /// What is to be run, and where.
  private struct Day: Sendable {
    let topology: Topology
    let directory: TwinDirectory
    let options: RunOptions
    let pace: Double?
    let plaintext: Bool
  }

  private func run(_ day: Day) async throws {
    let plan = try TwinPlan(day.topology)
    let directory = day.directory
    let options = day.options
    let starter = TwinStarter(
      directory: directory, topologyPath: URL(fileURLWithPath: file).standardized.path, plan: plan,
      ticks: options.ticks(of: day.topology), pace: day.pace, plaintext: day.plaintext,
      logLevel: logs.logLevel)
    var watch = TwinWatch(directory: directory, options: options, plan: plan)
    switch try await starter.start() {
    case .finished(let record):
      // A node that slept when the others were sent home.
      _ = await TwinEnder(directory: directory, record: record).end()
      printNote(
        "the day of \(record.twin) is done; 'busbar down --volumes --data "
          + "\(ShellWord.quote(directory.path))' deletes it, for a new one")
      watch.printSummary()
    case .runs(let record):
      printNote("the twin \(record.twin) runs already; nothing was started")
      if let other = differences(from: record) {
        printNote(
          "it runs with \(other); for anything else end it with 'busbar down' and start it again")
      }
      tell(record, directory)
    case .started(let record, let parts):
      printNote("started \(parts.joined(separator: ", ")) in \(directory.path)")
      guard !detach else { return tell(record, directory) }
      // The twin would go on, and nobody know of it.
      LostOutput.endGently { kill(getpid(), SIGTERM) }
      try await watch.run(record)
    }
  }

  /// What a twin that runs does other than was asked for; nil for nothing.
  private func differences(from record: TwinRecord) -> String? {
    var words: [String] = []
    if let pace = pacing.pace, pace != record.pace {
      words.append(record.pace.map { "a pace of \(fixed($0, 3))" } ?? "no pace")
    }
    if let ticks = options.ticks, ticks != record.ticks {
      words.append(counted(Int(record.ticks), "tick"))
    }
    if let seed = options.seed, seed != record.seed { words.append("seed \(record.seed)") }
    if plaintext, record.plaintext != true { words.append("certificates") }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }

  private func tell(_ record: TwinRecord, _ directory: TwinDirectory) {
    let place = data == nil ? "" : " --data \(ShellWord.quote(directory.path))"
    printNote(
      "the coordinator listens at \(record.coordinator.address.map { "\($0)" } ?? "-"); "
        + "'busbar ps\(place)' shows the twin, 'busbar down\(place)' ends it")
  }
}
