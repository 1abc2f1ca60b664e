import Foundation
import HTTP2Connection
import TwinIdentity

/// Lets the peers of one twin in, and nobody else.
struct TwinAuthority: HTTP2PeerAuthority {
  let verifier: PeerVerifier
  /// What a peer may be; empty for any role.
  let roles: [TwinRole]
  /// True where certificates are made: who has none may ask for one, who has an old one for the next.
  let issues: Bool
  let clock: @Sendable () -> Date

  func admit(_ chain: [[UInt8]]) async -> HTTP2PeerAdmission {
    switch await verifier.verify(chain, at: clock(), as: roles) {
    case .success(let identity):
      return .welcome(HTTP2VerifiedPeer(identity))
    case .failure(let refusal):
      guard issues, case .expired = refusal,
        let identity = await verifier.lapsed(chain, at: clock())
      else { return .refused("\(refusal)") }
      return .limited(
        HTTP2VerifiedPeer(identity), to: ["POST \(EnrolmentPath.renew)"], why: "\(refusal)")
    }
  }

  var strangers: HTTP2PeerAdmission {
    let why = "\(PeerRefusal.noCertificate)"
    return issues ? .limited(nil, to: ["POST \(EnrolmentPath.enrol)"], why: why) : .refused(why)
  }

  func reasonToLeave(_ chain: [[UInt8]]) -> String? {
    verifier.reasonToLeave(chain).map { "\($0)" }
  }
}

/// Lets only the coordinator in whose root a join token names.
struct TokenAuthority: HTTP2PeerAuthority {
  let token: JoinToken
  let clock: @Sendable () -> Date

  func admit(_ chain: [[UInt8]]) async -> HTTP2PeerAdmission {
    switch await verify(chain, as: [.coordinator]) {
    case .success(let identity): .welcome(HTTP2VerifiedPeer(identity))
    case .failure(.unknownIssuer): .refused("it is not under the root that the join token names")
    case .failure(let refusal): .refused("\(refusal)")
    }
  }

  /// Tells who shows this chain, which must end with the token's root.
  func verify(
    _ chain: [[UInt8]], as roles: [TwinRole]
  ) async -> Result<PeerIdentity, PeerRefusal> {
    guard let root = chain.last, Fingerprint(of: root) == token.rootFingerprint,
      let certificate = try? CertificateChain(der: [root])
    else { return .failure(.unknownIssuer) }
    return await PeerVerifier(twin: token.identity.twin, roots: [certificate])
      .verify(chain, at: clock(), as: roles)
  }

  var strangers: HTTP2PeerAdmission { .refused("\(PeerRefusal.noCertificate)") }

  func reasonToLeave(_ chain: [[UInt8]]) -> String? { nil }
}

extension HTTP2VerifiedPeer {
  init(_ identity: PeerIdentity) { self.init(uri: identity.uri, detail: identity) }

  /// Who the peer is in its twin.
  public var identity: PeerIdentity? { detail as? PeerIdentity }
}

/// Where certificates are asked for.
public enum EnrolmentPath {
  /// With a join token, on a connection without a certificate.
  public static let enrol = "/v1/enrol"
  /// With the present certificate, or one that ended within a week.
  public static let renew = "/v1/renew"
}
