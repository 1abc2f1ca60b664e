import ArgumentParser
import Foundation
import Twin
import TwinIdentity

struct PkiTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Let one new process join a twin.",
    discussion: """
      Prints a line that is good for ten minutes, for one name and one process.
      Whoever has it may join in that name, so hand it on by file or pipe, not in
      arguments or the environment.

      Examples:
        busbar pki token --node north --out north.token
        busbar pki token --node anna --role operator --out anna.token
        busbar pki token --node south | ssh plant 'busbar node --token-file - ...'

      Exit codes: 0 done; 1 error; 64 usage; 65 there is no issuer, or the name is
      revoked; 78 a folder or file is not as it must be.
      """)

  @Option(help: ArgumentHelp("The new process's name.", valueName: "NAME"))
  var node: String

  @Option(help: "What it will be: node, aggregator, meter or operator.")
  var role = TwinRole.node

  @Option(
    help: ArgumentHelp("Write the token to this new file, of mode 0600.", valueName: "FILE"))
  var out: String?

  @OptionGroup
  var place: PkiPlace

  func validate() throws {
    if role == .coordinator {
      throw ValidationError("A coordinator has the issuer and needs no token.")
    }
    let peer: PeerIdentity
    do { peer = try PeerIdentity(twin: "twin", role: role, name: node) } catch {
      throw ValidationError("\(error).")
    }
    if role == .node, CallTable.node(of: peer) == nil {
      throw ValidationError(
        "No node can be called '\(node)': that name is kept for coordinators and operators.")
    }
  }

  func run() async throws {
    do {
      let folders = try place.folders()
      let issuer = try folders.issuer()
      let identity = try PeerIdentity(twin: issuer.twin, role: role, name: node)
      let now = Date()
      guard try !DenyList.kept(in: folders.coordinator, of: issuer).denies(identity) else {
        throw Refusal(
          "\(identity) is revoked; 'busbar pki revoke --undo \(ShellWord.quote(node))"
            + "\(role == .node ? "" : " --role \(role)")' lets it in again", code: .badInput)
      }
      let token = try JoinToken(for: identity, by: issuer, at: now)
      if let out {
        try TokenFile.write(token, to: out)
        printNote("wrote a token for \(identity) to \(out); it is good for ten minutes")
      } else {
        printData(token.line)
      }
    } catch {
      throw TwinEnding.exitCode(of: error)
    }
  }
}

extension TwinRole: ExpressibleByArgument {}

extension DenyList {
  /// The list that a coordinator's folder holds.
  static func kept(
    in folder: AuthorityFolder, of issuer: CertificateAuthority
  ) throws -> DenyList {
    let now = Date()
    guard let signed = try folder.denyList() else { return DenyList(begunAt: now) }
    do { return try signed.open(twin: issuer.twin, roots: [issuer.root], at: now) } catch {
      throw Refusal(
        "\(error); restore \(folder.folder.path)/deny-list from a copy, or delete it and revoke again",
        code: .badConfiguration)
    }
  }
}
