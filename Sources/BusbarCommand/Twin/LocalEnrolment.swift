import Foundation
import TwinIdentity

/// Lets processes of this machine join without anybody's doing: each gets a folder and, as long as it
/// has no certificate, a token in a file of its own.
struct LocalEnrolment: Sendable {
  let twin: String
  let folders: PkiFolders
  /// Where the folders of the processes are.
  let directory: String

  init(twin: String, directory: String) {
    self.twin = twin
    self.directory = directory
    folders = PkiFolders(
      root: AuthorityFolder(PkiFolders.root(in: directory)),
      coordinator: AuthorityFolder(PkiFolders.coordinator(in: directory)))
  }

  /// The words that let a node's process join.
  func arguments(for node: String) throws -> [String] {
    let name = TwinDirectory.step(node)
    let folder = "\(directory)/identity/nodes/\(name)"
    var words = ["--identity=\(folder)"]
    let known = try IdentityFolder(folder).load()
    // A certificate that ended lately still gets the next one.
    if let known, Date() < known.chain.notAfter { return words }
    if known != nil { try FileManager.default.removeItem(atPath: folder) }
    let token = "\(directory)/identity/nodes/\(name).token"
    try PrivateFolder("\(directory)/identity/nodes").prepare()
    try? FileManager.default.removeItem(atPath: token)
    try TokenFile.write(
      JoinToken(
        for: PeerIdentity(twin: twin, role: .node, name: node), by: folders.issuer(), at: Date()),
      to: token)
    words.append("--token-file=\(token)")
    return words
  }
}
