import Foundation
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// Decides whether a chain of certificates is of a peer of this twin, and of which.
public struct PeerVerifier: Sendable {
  /// How long after the end of its certificate a peer may still renew it; see `lapsed`.
  public static let renewalGrace = Duration.seconds(7 * 86_400)

  /// A leaf, an intermediate and a root; nothing of ours is longer.
  private static let longestChain = 4

  /// The twin whose peers are let in.
  public let twin: String
  /// The certificates that every chain must lead to.
  public let roots: [CertificateChain]
  /// Who is shut out before his certificate ends.
  public let denyList: DenyList

  public init(twin: String, roots: [CertificateChain], denyList: DenyList = DenyList()) {
    self.twin = twin
    self.roots = roots
    self.denyList = denyList
  }

  /// Tells who a peer is that proved to have the key of the first certificate.
  ///
  /// - Parameters:
  ///   - chain: what the peer showed, DER, its own certificate first. Empty when it showed none.
  ///   - roles: what the peer may be; empty for any role.
  public func verify(
    _ chain: [[UInt8]], at now: Date, as roles: [TwinRole] = []
  ) async -> Result<PeerIdentity, PeerRefusal> {
    do throws(PeerRefusal) {
      return .success(try await check(chain, at: now, as: roles))
    } catch {
      return .failure(error)
    }
  }

  /// Tells who a peer was whose certificate has ended, but for that is good: it may get a new one and
  /// nothing else, so that a twin whose coordinator was away recovers by itself.
  public func lapsed(_ chain: [[UInt8]], at now: Date) async -> PeerIdentity? {
    guard let end = chain.first.flatMap({ try? Certificate(derEncoded: $0) })?.notValidAfter,
      end < now, now.timeIntervalSince(end) <= Self.renewalGrace / .seconds(1)
    else { return nil }
    return try? await verify(chain, at: end).get()
  }

  /// Why a peer that is connected must go: nil while it may stay.
  ///
  /// A certificate that ends does not end a connection, but one that is revoked does.
  public func reasonToLeave(_ chain: [[UInt8]]) -> PeerRefusal? {
    let certificates = chain.compactMap { try? Certificate(derEncoded: $0) }
    guard certificates.count == chain.count, let identity = certificates.first?.identity else {
      return .unreadable("it was readable before")
    }
    guard identity.twin == twin else { return .wrongTwin(found: identity.twin, own: twin) }
    return denyList.refusal(of: certificates, identity)
  }

  private func check(
    _ chain: [[UInt8]], at now: Date, as roles: [TwinRole]
  ) async throws(PeerRefusal) -> PeerIdentity {
    guard !chain.isEmpty else { throw .noCertificate }
    let certificates: [Certificate]
    do {
      certificates = try chain.prefix(Self.longestChain).map { try Certificate(derEncoded: $0) }
    } catch {
      throw .unreadable("\(error)")
    }
    let leaf = certificates[0]
    guard leaf.issuer != leaf.subject, leaf.issuerIsOther(than: leaf) else { throw .selfSigned }
    guard let identity = leaf.identity else { throw .unfit("it names no process of a twin") }
    guard identity.twin == twin else { throw .wrongTwin(found: identity.twin, own: twin) }
    let valid = try await path(from: leaf, through: certificates.dropFirst(), at: now)
    if let refusal = denyList.refusal(of: valid, identity) { throw refusal }
    guard roles.isEmpty || roles.contains(identity.role) else {
      throw .wrongRole(identity, expected: roles)
    }
    return identity
  }

  /// The valid way from a leaf to a root.
  private func path(
    from leaf: Certificate, through intermediates: some Sequence<Certificate>, at now: Date
  ) async throws(PeerRefusal) -> [Certificate] {
    var verifier = Verifier(rootCertificates: CertificateStore(roots.map(\.leaf))) {
      RFC5280Policy(fixedExpiryValidationTime: now)
      LeafPolicy()
    }
    switch await verifier.validate(leaf: leaf, intermediates: CertificateStore(intermediates)) {
    case .validCertificate(let chain): return Array(chain)
    case .couldNotValidate(let failures):
      guard let failure = failures.first else { throw .unknownIssuer }
      for certificate in failure.chain {
        guard certificate.notValidBefore <= now else {
          throw .futureDated(certificate.notValidBefore)
        }
        guard now <= certificate.notValidAfter else { throw .expired(certificate.notValidAfter) }
      }
      throw .unfit("\(failure.policyFailureReason)")
    }
  }
}

extension Certificate {
  fileprivate func issuerIsOther(than leaf: Certificate) -> Bool {
    !leaf.publicKey.isValidSignature(signature, for: self)
  }
}

/// What a leaf must be beyond RFC 5280: for both ends of a connection, and no issuer.
private struct LeafPolicy: VerifierPolicy {
  let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [
    .X509ExtensionID.subjectAlternativeName, .X509ExtensionID.extendedKeyUsage,
  ]

  func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult {
    let extensions = chain.leaf.extensions
    guard let usage = try? extensions.extendedKeyUsage, usage.contains(.serverAuth),
      usage.contains(.clientAuth)
    else { return .failsToMeetPolicy(reason: "it must be for both ends of a connection") }
    guard case .notCertificateAuthority? = try? extensions.basicConstraints else {
      return .failsToMeetPolicy(reason: "a peer's certificate must not sign others")
    }
    // RFC 5280 does not count an issuer of the same name, so path lengths alone would let one in.
    guard chain.count <= 3 else {
      return .failsToMeetPolicy(reason: "there are issuers below the coordinator's")
    }
    guard chain.count > 1 else { return .failsToMeetPolicy(reason: "a root is no peer") }
    return .meetsPolicy
  }
}
