import Foundation
import TwinIdentity

/// The certificates of a twin that ends with this process, in a folder that ends with it, too.
struct TemporaryEnrolment: Sendable {
  private let directory: String
  private let local: LocalEnrolment

  init(twin: String) throws {
    directory =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("busbar-\(UUID().uuidString)").path
    local = LocalEnrolment(twin: twin, directory: directory)
    try PrivateFolder(directory).prepare()
  }

  /// The coordinator, with a new root.
  func coordinator() throws -> ProcessIdentity {
    try .coordinator(
      twin: local.twin, local.folders, lifetime: CertificateAuthority.Lifetime.leaf,
      ProcessLog.make("coordinator", .warning))
  }

  func arguments(for node: String) throws -> [String] { try local.arguments(for: node) }

  /// The folder of a node with its first certificate.
  func folder(of node: String) throws -> IdentityFolder {
    _ = try PkiSetup(twin: local.twin, folders: local.folders).complete(at: Date())
    let folder = IdentityFolder("\(directory)/identity/nodes/\(node)")
    try PrivateFolder("\(directory)/identity/nodes").prepare()
    let identity = try PeerIdentity(twin: local.twin, role: .node, name: node)
    try folder.keep(local.folders.issuer().issue(identity, to: folder.key(), at: Date()))
    return folder
  }

  func remove() { try? FileManager.default.removeItem(atPath: directory) }
}
