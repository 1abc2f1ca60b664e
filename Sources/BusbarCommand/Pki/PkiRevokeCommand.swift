import ArgumentParser
import Foundation
import TwinIdentity

struct PkiRevokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Shut a process out of its twin at once.",
    discussion: """
      Puts a name on the signed deny list: none of its certificates is taken any
      more, and it gets no new one, until --undo. With --serial one certificate is
      meant, as 'busbar pki show' writes its number: its process must be given a new
      folder and a token. The coordinator sends the list to every node at once, and
      connections of who is on it end.

      Examples:
        busbar pki revoke north
        busbar pki revoke m-17 --role meter
        busbar pki revoke --serial 3f21c0de
        busbar pki revoke --undo north

      Exit codes: 0 done; 1 error; 64 usage; 65 there is no issuer, or nothing to
      undo; 78 a folder or file is not as it must be.
      """)

  @Argument(help: "The process's name.")
  var name: String?

  @Option(help: "What it is: node, coordinator, aggregator, meter or operator.")
  var role = TwinRole.node

  @Option(help: ArgumentHelp("Revoke this certificate alone.", valueName: "HEX"))
  var serial: String?

  @Flag(help: "Let the name, or the certificate, in again.")
  var undo = false

  @OptionGroup
  var place: PkiPlace

  func validate() throws {
    guard (name == nil) != (serial == nil) else {
      throw ValidationError("Give a name or --serial, and not both.")
    }
    if let serial, serial.isEmpty || !serial.allSatisfy(\.isHexDigit) {
      throw ValidationError("--serial takes a number as 'busbar pki show' writes it.")
    }
    if let name {
      do { _ = try PeerIdentity(twin: "twin", role: role, name: name) } catch {
        throw ValidationError("\(error).")
      }
    }
  }

  func run() async throws {
    do {
      let folders = try place.folders()
      let issuer = try folders.issuer()
      printNote(
        try folders.coordinator.folder.exclusively { try change(folders.coordinator, issuer) })
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }

  /// Changes the list and says what came of it.
  private func change(
    _ folder: AuthorityFolder, _ issuer: CertificateAuthority
  ) throws -> String {
    var list = try DenyList.kept(in: folder, of: issuer)
    let issued = try folder.record().issued
    let sentence: String
    if let serial = serial?.lowercased() {
      guard ![issuer.chain.serial, issuer.root.serial].contains(serial) else {
        throw Refusal(
          "\(serial) is the number of the twin's issuer or root, on which all others stand; 'busbar pki "
            + "show' lists those of processes", code: .badInput)
      }
      if undo {
        guard list.allow(serial: serial) else {
          throw Refusal("the certificate \(serial) is not revoked", code: .badInput)
        }
        sentence = "the certificate \(serial) is taken again"
      } else {
        list.deny(serial: serial)
        let owner = issued.first { $0.serial == serial }?.uri
        sentence =
          "revoked the certificate \(serial)"
          + (owner.map { " of \($0)" }
            ?? "; no certificate of that number is known here, so look at the digits")
      }
    } else {
      let identity = try PeerIdentity(twin: issuer.twin, role: role, name: name!)
      if undo {
        guard list.allow(identity) else {
          throw Refusal("\(identity) is not revoked", code: .badInput)
        }
        sentence = "\(identity) may join again"
      } else {
        list.deny(identity)
        let isKnown = issued.contains { $0.uri == identity.uri }
        sentence =
          "revoked \(identity)"
          + (isKnown ? "" : "; no certificate of that name is known here, so look at the spelling")
      }
    }
    try folder.keep(SignedDenyList(list, by: issuer))
    return "\(sentence); the deny list has version \(list.version)"
  }
}
