import Foundation
import WireCodec

/// A key that signs, on its disk: the root's folder, or the coordinator's with the intermediate.
///
///     issuer.pem        the private key, its certificate, and the root: one file, replaced as one
///     issued.json       the coordinator's: which certificates live and which tokens were used
///     deny-list         the coordinator's: who is revoked
///
/// The two are apart so that the root's can be taken away until the intermediate must be renewed.
public struct AuthorityFolder: Sendable {
  public let folder: PrivateFolder

  public init(_ path: String) { folder = PrivateFolder(path) }

  /// What is there; nil when nothing is.
  public func load() throws -> CertificateAuthority? {
    guard FileManager.default.fileExists(atPath: folder.path),
      let text = try folder.readText(Self.issuerFile)
    else { return nil }
    do {
      return try CertificateAuthority(pem: text)
    } catch {
      // What a parser says of a file may be what is in it, and a key is.
      let why = (error as? CertificateAuthority.Mismatch).map { " (\($0))" } ?? ""
      throw PrivateFolder.Refusal(
        description:
          "\(folder.path)/\(Self.issuerFile) holds no whole issuer\(why); restore it from "
          + "a copy")
    }
  }

  /// Keeps an issuer.
  public func keep(_ issuer: CertificateAuthority) throws {
    try folder.prepare()
    try folder.writeText(issuer.pem, to: Self.issuerFile)
  }

  /// What the desk remembers.
  public func record() throws -> EnrolmentDesk.Record {
    guard let bytes = try folder.read(Self.recordFile) else { return EnrolmentDesk.Record() }
    do {
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .iso8601
      return try decoder.decode(EnrolmentDesk.Record.self, from: Data(bytes))
    } catch {
      throw PrivateFolder.Refusal(
        description:
          "\(folder.path)/\(Self.recordFile) cannot be read (\(error)); wait ten minutes, "
          + "so that no token that was used is good, and delete it")
    }
  }

  /// Keeps what the desk remembers.
  public func keep(_ record: EnrolmentDesk.Record) throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try folder.write(Array(try encoder.encode(record)), to: Self.recordFile)
  }

  /// Who is revoked; nil while nobody ever was.
  public func denyList() throws -> SignedDenyList? {
    guard let bytes = try folder.read(IdentityFolder.denyListFile) else { return nil }
    do { return try SignedDenyList(decoding: bytes) } catch {
      throw PrivateFolder.Refusal(
        description: "\(folder.path)/\(IdentityFolder.denyListFile) cannot be read (\(error)); "
          + "restore it from a copy, or delete it and revoke again")
    }
  }

  /// Keeps a deny list.
  public func keep(_ list: SignedDenyList) throws { try IdentityFolder(folder.path).keep(list) }

  private static let issuerFile = "issuer.pem"
  private static let recordFile = "issued.json"
}
