import Foundation
import X509

@testable import TwinIdentity

/// A twin's issuers and one peer, at a fixed time.
struct Issued {
  /// 2026-03-01 12:00 UTC.
  static let noon = Date(timeIntervalSince1970: 1_772_366_400)

  let root: CertificateAuthority
  let issuer: CertificateAuthority
  var now = noon

  init(twin: String = "ring") throws {
    root = try CertificateAuthority.makeRoot(twin: twin, at: Self.noon)
    issuer = try root.makeIntermediate(at: Self.noon)
  }

  var verifier: PeerVerifier { verifier() }

  func verifier(denying list: DenyList = DenyList()) -> PeerVerifier {
    PeerVerifier(twin: root.twin, roots: [root.chain], denyList: list)
  }

  func identity(_ name: String, _ role: TwinRole = .node) throws -> PeerIdentity {
    try PeerIdentity(twin: root.twin, role: role, name: name)
  }

  /// A chain of a day for a new key, which begins now.
  func chain(_ name: String, _ role: TwinRole = .node) throws -> CertificateChain {
    try issuer.issue(try identity(name, role), to: PrivateKey(), at: now)
  }

  /// A day is so many seconds.
  static let day = 86_400.0
}

extension PeerVerifier {
  func refusal(
    of chain: [[UInt8]], at time: Date, as roles: [TwinRole] = []
  ) async -> PeerRefusal? {
    guard case .failure(let refusal) = await verify(chain, at: time, as: roles) else { return nil }
    return refusal
  }
}
