import ArgumentParser
import Foundation
import TwinIdentity

struct PkiInitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a twin's root and its coordinator's issuer.",
    discussion: """
      What is there already stays: doing it again does no harm, and renews the issuer
      when half of its year is over. The root is needed for that alone; its folder can
      be kept elsewhere. Prints the root's fingerprint.

      Examples:
        busbar pki init --twin cigre-mv
        busbar pki init --twin cigre-mv --root /vault/root --identity own/identity

      Exit codes: 0 done; 1 error; 64 usage; 65 what is there is of another twin, or
      the root is missing; 78 a folder or file is not as it must be.
      """)

  @Option(help: ArgumentHelp("The twin's name.", valueName: "NAME"))
  var twin: String

  @OptionGroup
  var place: PkiPlace

  func validate() throws {
    do { _ = try PeerIdentity(twin: twin, role: .coordinator, name: "coordinator") } catch {
      throw ValidationError("\(error).")
    }
  }

  func run() async throws {
    do {
      let folders = try place.folders(ofNew: twin)
      let made = try PkiSetup(twin: twin, folders: folders).complete(at: Date())
      for note in made.notes { printNote(note) }
      printData("\(made.fingerprint)")
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }
}
