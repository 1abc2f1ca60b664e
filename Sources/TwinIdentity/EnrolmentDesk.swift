import Crypto
import Foundation
import X509

/// Decides who gets a certificate: a bearer of a good token the first one, and a peer its next one.
///
/// A token is for one key. The same request again, as after an answer that was lost, gets a
/// certificate again; another key gets none. What was used is remembered until it would have expired.
public struct EnrolmentDesk: Sendable {
  /// What outlives a restart, so that no token becomes good again.
  public struct Record: Sendable, Equatable, Codable {
    /// The tokens that were used and have not expired, by their numbers.
    public var usedTokens: [String: UsedToken] = [:]
    /// The newest certificates, until they end.
    public var issued: [IssuedCertificate] = []

    public init() {}
  }

  /// A token that cannot be used again, but by the key that used it.
  public struct UsedToken: Sendable, Equatable, Codable {
    public var expires: Date
    /// The SHA-256 of the public key, in hexadecimal.
    public var key: String
  }

  /// A certificate that was made, for people to see.
  public struct IssuedCertificate: Sendable, Equatable, Codable {
    public var uri: String
    public var serial: String
    public var notBefore: Date
    public var notAfter: Date
  }

  /// So many certificates are remembered; a twin has a few hundred processes.
  private static let remembered = 4096
  /// So many of one process: whoever asks again and again pushes out nobody else's.
  private static let rememberedOfOne = 8

  public private(set) var issuer: CertificateAuthority
  /// Signed the tokens that were made before the present one was there.
  private var formerIssuer: CertificateAuthority?
  /// Of the certificates that are made.
  public let lifetime: Duration
  public private(set) var record: Record
  /// Who gets none.
  private var denyList = DenyList()
  /// The same, as it is handed on with each certificate.
  private var signedDenyList: SignedDenyList?

  public init(
    issuer: CertificateAuthority, record: Record = Record(),
    lifetime: Duration = CertificateAuthority.Lifetime.leaf
  ) {
    self.issuer = issuer
    self.record = record
    self.lifetime = lifetime
  }

  /// Signs with another issuer of the same root from now on. Tokens of the former one stay good.
  ///
  /// - Throws: `CertificateAuthority.Mismatch` for one of another root.
  public mutating func use(_ issuer: CertificateAuthority) throws {
    guard issuer != self.issuer else { return }
    guard issuer.root.fingerprint == self.issuer.root.fingerprint else {
      throw CertificateAuthority.Mismatch(
        description: "the issuer is not under this twin's root any more")
    }
    (formerIssuer, self.issuer) = (self.issuer, issuer)
  }

  /// Takes a newer deny list into use.
  public mutating func use(
    _ list: SignedDenyList, at now: Date
  ) throws(SignedDenyList.Refusal) {
    denyList = try list.open(twin: issuer.twin, roots: [issuer.root], after: denyList, at: now)
    signedDenyList = list
  }

  /// Makes the first certificate of a process.
  public mutating func enrol(
    _ request: EnrolmentRequest, at now: Date
  ) throws(EnrolmentRefusal) -> CertificateGrant {
    guard let token = try? JoinToken(line: request.token),
      token.isSigned(by: issuer) || formerIssuer.map(token.isSigned(by:)) ?? false,
      token.rootFingerprint == issuer.root.fingerprint
    else { throw .notOurToken }
    guard now <= token.expires else { throw .tokenExpired(token.expires) }
    let signing = try read(request.request)
    guard signing.identity == token.identity else {
      throw .otherName(asked: signing.identity, granted: token.identity)
    }
    let id = Hexadecimal.text(token.id)
    let key = Hexadecimal.text(
      SHA256.hash(data: signing.request.publicKey.subjectPublicKeyInfoBytes))
    if let used = record.usedTokens[id], used.key != key { throw .tokenUsed }
    let grant = try issue(signing, to: token.identity, at: now)
    record.usedTokens[id] = UsedToken(expires: token.expires, key: key)
    return grant
  }

  /// Makes the next certificate of a peer that proved who it is.
  public mutating func renew(
    _ request: RenewalRequest, of peer: PeerIdentity, at now: Date
  ) throws(EnrolmentRefusal) -> CertificateGrant {
    let signing = try read(request.request)
    guard signing.identity == peer else {
      throw .otherName(asked: signing.identity, granted: peer)
    }
    return try issue(signing, to: peer, at: now)
  }

  private func read(_ der: [UInt8]) throws(EnrolmentRefusal) -> SigningRequest {
    guard let request = SigningRequest(der: der) else { throw .unreadableRequest }
    return request
  }

  private mutating func issue(
    _ signing: SigningRequest, to identity: PeerIdentity, at now: Date
  ) throws(EnrolmentRefusal) -> CertificateGrant {
    guard !denyList.denies(identity) else { throw .revoked(identity) }
    let chain: CertificateChain
    do {
      chain = try issuer.issue(
        identity, to: signing.request.publicKey, at: now, lifetime: lifetime)
    } catch {
      throw .unreadableRequest
    }
    forget(before: now)
    let own = record.issued.indices.filter { record.issued[$0].uri == identity.uri }
    if own.count >= Self.rememberedOfOne { record.issued.remove(at: own[0]) }
    record.issued.append(
      IssuedCertificate(
        uri: identity.uri, serial: chain.serial, notBefore: chain.notBefore,
        notAfter: chain.notAfter))
    return CertificateGrant(chain: chain.der, denyList: signedDenyList)
  }

  private mutating func forget(before now: Date) {
    record.usedTokens = record.usedTokens.filter { $0.value.expires >= now }
    record.issued.removeAll { $0.notAfter < now }
    record.issued.removeFirst(max(0, record.issued.count + 1 - Self.remembered))
  }
}
