import ArgumentParser
import Foundation
import TwinIdentity

struct PkiShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a twin's certificates, and what is due.",
    discussion: """
      Examples:
        busbar pki show
        busbar pki show --data days/118 -o json

      Exit codes: 0 done; 1 error; 64 usage; 65 there is no issuer; 78 a folder or
      file is not as it must be.
      """)

  @OptionGroup
  var place: PkiPlace

  @Option(name: .shortAndLong, help: "table or json.")
  var output = OutputFormat.table

  func run() async throws {
    do {
      let folders = try place.folders()
      let issuer = try folders.issuer()
      let view = PkiView(
        issuer: issuer, issued: try folders.coordinator.record().issued,
        denyList: try DenyList.kept(in: folders.coordinator, of: issuer), now: Date())
      switch output {
      case .table:
        for line in view.lines { printData(line) }
        for note in view.notes { printNote(note) }
      case .json: printData(view.json.text)
      }
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }
}
