import ArgumentParser
import Foundation

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look for what is wrong with a twin, and say what to do.",
    discussion: """
      Each line is ok, warn or FAIL: ports, processes, versions, the store, disk
      space, the clock, and who is slow.

      Examples:
        busbar doctor
        busbar doctor --data days/118

      Exit codes: 0 nothing fails; 1 something does; 64 usage; 69 there is no such
      twin.
      """)

  @OptionGroup
  var place: PlaceOption

  @Option(name: .shortAndLong, help: "table or json.")
  var output = OutputFormat.table

  func run() async throws {
    do {
      let directory = try TwinDirectory.find(place.data)
      let findings = await Doctor(directory: directory).examine()
      switch output {
      case .table: for finding in findings { printData(finding.line) }
      case .json:
        printData(
          ([
            "apiVersion": "busbar/v1", "kind": "DoctorReport",
            "items": .array(findings.map(\.json)),
          ] as JSON).text)
      }
      if findings.contains(where: { $0.verdict == .fail }) { throw ExitCode.failure }
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }
}
