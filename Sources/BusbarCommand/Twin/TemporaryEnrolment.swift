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
      twin: local.twin, local.folders, lifetime: CertificateAuthority.Lifetime.leaf)
  }

  func arguments(for node: String) throws -> [String] { try local.arguments(for: node) }

  func remove() { try? FileManager.default.removeItem(atPath: directory) }
}
