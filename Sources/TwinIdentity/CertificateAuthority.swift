import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate with its key that signs others: a twin's root, or its coordinator's intermediate.
///
///     root ──signs──▶ intermediate of the coordinator ──signs──▶ leaf of each process
///
/// The root is needed when a twin is made and when its intermediate is renewed; it can be kept
/// elsewhere meanwhile. An intermediate signs leaves only (path length 0).
public struct CertificateAuthority: Sendable, Equatable {
  /// How long what is signed is valid.
  public enum Lifetime {
    public static let root = Duration.seconds(20 * 365 * 86_400)
    public static let intermediate = Duration.seconds(365 * 86_400)
    public static let leaf = Duration.seconds(86_400)
    /// Shorter ones would be renewed more often than seconds, in which certificates count, allow.
    public static let shortestLeaf = Duration.seconds(2)
  }

  /// How far a clock may lag behind the issuer's, for leaves that live a day.
  private static let skew = 300.0

  /// The twin that it signs for.
  public let twin: String
  /// Its own certificate and those above, the root last.
  public let chain: CertificateChain
  let key: PrivateKey

  public static func == (one: CertificateAuthority, other: CertificateAuthority) -> Bool {
    one.chain.fingerprint == other.chain.fingerprint
  }

  /// Joins a key to the chain that was made for it.
  ///
  /// - Throws: `Mismatch`, when the two are not of one pair or not of a twin's issuer.
  public init(chain: CertificateChain, key: PrivateKey) throws {
    guard chain.leaf.publicKey == key.publicKey else {
      throw Mismatch(description: "the key is not the certificate's")
    }
    guard let root = chain.certificates.last, root.issuer == root.subject else {
      throw Mismatch(description: "the root's certificate is missing")
    }
    guard let twin = chain.leaf.twinOfIssuer else {
      throw Mismatch(description: "the certificate is not of a twin's issuer")
    }
    self.init(twin: twin, chain: chain, key: key)
  }

  /// A key and a certificate that do not belong together.
  public struct Mismatch: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
  }

  private init(twin: String, chain: CertificateChain, key: PrivateKey) {
    self.twin = twin
    self.chain = chain
    self.key = key
  }

  /// Reads what `pem` writes.
  init(pem: String) throws {
    let documents = try PEMDocument.parseMultiple(pemString: pem)
    guard let first = documents.first, documents.count > 1 else { throw CertificateChain.Empty() }
    try self.init(
      chain: CertificateChain(documents.dropFirst().map { try Certificate(pemDocument: $0) }),
      key: PrivateKey(pem: first.pemString))
  }

  /// The key and the chain, for the file that keeps them.
  var pem: String { key.pem + "\n" + chain.pem }

  /// The certificate at the top of its chain.
  public var root: CertificateChain { CertificateChain([chain.certificates.last!]) }

  /// Makes the root of a new twin.
  ///
  /// - Throws: `PeerIdentity.BadName` when the twin cannot have that name.
  public static func makeRoot(twin: String, at now: Date) throws -> CertificateAuthority {
    _ = try PeerIdentity(twin: twin, role: .coordinator, name: "root")
    let key = PrivateKey()
    let name = try issuerName("root", of: twin)
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
      notValidBefore: now.addingTimeInterval(-skew),
      notValidAfter: now.addingTimeInterval(seconds(Lifetime.root)), issuer: name, subject: name,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 1))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(hash: key.publicKey)
      },
      issuerPrivateKey: key.certificateKey)
    return CertificateAuthority(twin: twin, chain: CertificateChain([certificate]), key: key)
  }

  /// Makes the intermediate that a coordinator signs with, under this root.
  ///
  /// Its certificates can name no host and no address. If the twin's name is also a host's name,
  /// they can name this twin only; for other names the verifiers' own check has to do.
  public func makeIntermediate(at now: Date) throws -> CertificateAuthority {
    let key = PrivateKey()
    let constraints = NameConstraints(
      permittedURIDomains: Self.isHostName(twin) ? [twin] : [], forbiddenURIDomains: [])
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
      notValidBefore: max(now.addingTimeInterval(-Self.skew), chain.notBefore),
      notValidAfter: min(
        now.addingTimeInterval(Self.seconds(Lifetime.intermediate)), chain.notAfter),
      issuer: chain.leaf.subject, subject: try Self.issuerName("coordinator's issuer", of: twin),
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        if !constraints.permittedSubtrees.isEmpty { Critical(constraints) }
        SubjectKeyIdentifier(hash: key.publicKey)
        AuthorityKeyIdentifier(
          keyIdentifier: SubjectKeyIdentifier(hash: self.key.publicKey).keyIdentifier)
      },
      issuerPrivateKey: self.key.certificateKey)
    return CertificateAuthority(
      twin: twin, chain: CertificateChain([certificate] + chain.certificates), key: key)
  }

  /// Signs the certificate of one process.
  ///
  /// It begins a little before now, for clocks that lag: five minutes, or a tenth of a shorter
  /// lifetime. It never outlives its issuer.
  ///
  /// - Returns: the leaf with its issuers, the root last.
  func issue(
    _ identity: PeerIdentity, to key: Certificate.PublicKey, at now: Date, lifetime: Duration
  ) throws -> CertificateChain {
    precondition(lifetime >= Lifetime.shortestLeaf, "Certificates count in seconds.")
    let span = Self.seconds(lifetime)
    let leaf = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key,
      notValidBefore: max(
        now.addingTimeInterval(-min(Self.skew, (span / 10).rounded(.up))), chain.notBefore),
      notValidAfter: min(now.addingTimeInterval(span), chain.notAfter),
      issuer: chain.leaf.subject,
      subject: try DistinguishedName {
        OrganizationalUnitName(identity.role.rawValue)
        CommonName(String(identity.name.prefix(64)))
      },
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth, .clientAuth])
        SubjectAlternativeNames([.uniformResourceIdentifier(identity.uri)])
        SubjectKeyIdentifier(hash: key)
        AuthorityKeyIdentifier(
          keyIdentifier: SubjectKeyIdentifier(hash: self.key.publicKey).keyIdentifier)
      },
      issuerPrivateKey: self.key.certificateKey)
    return CertificateChain([leaf] + chain.certificates)
  }

  /// Makes a certificate for a key that lies on the same machine, as a coordinator does for itself.
  public func issue(
    _ identity: PeerIdentity, to key: PrivateKey, at now: Date, lifetime: Duration = Lifetime.leaf
  ) throws -> CertificateChain {
    try issue(identity, to: key.publicKey, at: now, lifetime: lifetime)
  }

  private static func issuerName(_ what: String, of twin: String) throws -> DistinguishedName {
    try DistinguishedName {
      OrganizationName(twin)
      OrganizationalUnitName("busbar")
      CommonName(what)
    }
  }

  private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

  private static func isHostName(_ text: String) -> Bool {
    text.utf8.count <= 63 && text.first?.isLetter == true && text.last != "-"
      && text.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
      }
  }
}

extension CertificateAuthority: CustomStringConvertible {
  public var description: String { "the issuer \(chain.serial) of \(twin)" }
}

extension Certificate {
  /// The twin that an issuer of ours signs for.
  var twinOfIssuer: String? {
    guard case .isCertificateAuthority? = try? extensions.basicConstraints else { return nil }
    for part in subject {
      for attribute in part where attribute.type == .RDNAttributeType.organizationName {
        return String(attribute.value)
      }
    }
    return nil
  }
}
