import ArgumentParser
import Foundation

struct DownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "End every process of a twin; what it committed is kept.",
    discussion: """
      The coordinator sends its nodes home; whoever stays is asked to end, and
      killed after some seconds. Doing it again does no harm.

      Examples:
        busbar down
        busbar down --data .busbar/cigre-mv
        busbar down --volumes                  also delete what was committed

      Exit codes: 0 nothing of the twin runs any more; 1 error; 64 usage; 69
      there is no such twin.
      """)

  @OptionGroup
  var place: PlaceOption

  @Flag(help: "Also delete the store, the events and the logs.")
  var volumes = false

  func run() async throws {
    do {
      let directory = try TwinDirectory.find(place.data)
      let lock = try await DirectoryLock(directory)
      let record = try TwinRecord.read(directory)
      let ended = await TwinEnder(directory: directory, record: record).end()
      guard record.parts.allSatisfy({ !$0.isAlive }) else {
        throw Refusal(
          "some processes do not end: "
            + record.parts.filter(\.isAlive).map { "\($0.name) (\($0.process!.pid))" }
            .joined(separator: ", "))
      }
      printNote(
        ended.isEmpty
          ? "nothing of the twin \(record.twin) runs"
          : "ended \(ended.joined(separator: ", ")) of the twin \(record.twin)")
      if volumes {
        try directory.delete(logsOf: record.parts.map(\.name))
        printNote("deleted \(directory.path)")
      } else {
        printNote(
          "its store is kept in \(directory.path); '\(record.restartCommand(in: directory))' goes on "
            + "there, 'busbar down --volumes --data \(ShellWord.quote(directory.path))' deletes it")
      }
      _ = lock
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }
}

/// Which twin a command is about.
struct PlaceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The twin's directory; the only one under ./.busbar by default.", valueName: "DIR"))
  var data: String?
}
