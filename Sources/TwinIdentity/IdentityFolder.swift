import Foundation
import WireCodec

/// Who one process is, on its disk.
///
///     key.pem           its private key, made here and never sent
///     certificate.pem   its certificate, with its issuers
///     root.pem          the twin's root, which every peer must lead to
///     deny-list         the newest deny list that it has seen
public struct IdentityFolder: Sendable {
  public let folder: PrivateFolder

  public init(_ path: String) { folder = PrivateFolder(path) }

  /// What a process shows of itself.
  public struct Identity: Sendable {
    public let key: PrivateKey
    /// The leaf, its issuers, and the root last.
    public let chain: CertificateChain
    public let identity: PeerIdentity
    /// The root as a chain of one.
    public let root: CertificateChain
  }

  /// The process's key, made when there is none: for its first certificate.
  public func key() throws -> PrivateKey {
    try folder.prepare()
    if let key = try presentKey() { return key }
    let key = PrivateKey()
    try folder.writeText(key.pem, to: Self.keyFile)
    return key
  }

  private func presentKey() throws -> PrivateKey? {
    guard let pem = try folder.readText(Self.keyFile) else { return nil }
    do { return try PrivateKey(pem: pem) } catch {
      throw PrivateFolder.Refusal(
        description: "\(folder.path)/\(Self.keyFile) holds no private key; move the folder away "
          + "and join anew")
    }
  }

  /// What was last kept; nil before the first certificate.
  public func load() throws -> Identity? {
    guard FileManager.default.fileExists(atPath: folder.path),
      let certificate = try folder.readText(Self.certificateFile),
      let root = try folder.readText(Self.rootFile)
    else { return nil }
    guard let key = try presentKey() else {
      throw PrivateFolder.Refusal(
        description: "\(folder.path)/\(Self.keyFile) is missing; move the folder away and join anew"
      )
    }
    do {
      let chain = try CertificateChain(pem: certificate)
      guard chain.leaf.publicKey == key.publicKey, let identity = chain.identity else {
        throw CertificateAuthority.Mismatch(description: "the key is not the certificate's")
      }
      return Identity(
        key: key, chain: chain, identity: identity, root: try CertificateChain(pem: root))
    } catch {
      let why = (error as? CertificateAuthority.Mismatch).map { " (\($0))" } ?? ""
      throw PrivateFolder.Refusal(
        description: "\(folder.path) holds no whole identity\(why); move it away and join anew")
    }
  }

  /// Keeps a certificate for the folder's key. The first one's root stays the folder's: a later one must
  /// end with it.
  @discardableResult public func keep(_ chain: CertificateChain) throws -> Identity {
    guard let key = try presentKey() else {
      throw PrivateFolder.Refusal(
        description:
          "\(folder.path)/\(Self.keyFile) is gone; end the process, move the folder away and "
          + "join anew")
    }
    guard chain.leaf.publicKey == key.publicKey, let identity = chain.identity else {
      throw CertificateAuthority.Mismatch(description: "the certificate is for another key")
    }
    let root = CertificateChain([chain.certificates.last!])
    if let kept = try folder.readText(Self.rootFile) {
      guard try CertificateChain(pem: kept).fingerprint == root.fingerprint else {
        throw CertificateAuthority.Mismatch(
          description: "the certificate is under another root than \(folder.path)/\(Self.rootFile)")
      }
    } else {
      try folder.writeText(root.pem, to: Self.rootFile)
    }
    // The certificate last: with it the folder is complete.
    try folder.writeText(chain.pem, to: Self.certificateFile)
    return Identity(key: key, chain: chain, identity: identity, root: root)
  }

  /// The deny list that was last kept, unchecked.
  public func denyList() throws -> SignedDenyList? {
    guard let bytes = try folder.read(Self.denyListFile) else { return nil }
    do { return try SignedDenyList(decoding: bytes) } catch {
      throw PrivateFolder.Refusal(
        description:
          "\(folder.path)/\(Self.denyListFile) cannot be read (\(error)); delete it, and "
          + "the coordinator sends it again")
    }
  }

  /// Keeps a deny list that was checked.
  public func keep(_ list: SignedDenyList) throws {
    try folder.write(try list.encoded(), to: Self.denyListFile)
  }

  static let keyFile = "key.pem"
  static let certificateFile = "certificate.pem"
  static let rootFile = "root.pem"
  static let denyListFile = "deny-list"
}

extension PrivateFolder {
  func readText(_ name: String) throws(Refusal) -> String? {
    try read(name).map { String(decoding: $0, as: UTF8.self) }
  }

  func writeText(_ text: String, to name: String) throws(Refusal) {
    try write(Array(text.utf8), to: name)
  }
}
