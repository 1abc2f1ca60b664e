import Foundation

/// Why a process gets no certificate.
public enum EnrolmentRefusal: Error, Sendable, Equatable {
  /// The token is none, or another issuer's.
  case notOurToken
  case tokenExpired(Date)
  /// Another key came with the token before.
  case tokenUsed
  case otherName(asked: PeerIdentity, granted: PeerIdentity)
  /// The request is no PKCS #10 of ours, or who asks has not the key.
  case unreadableRequest
  case revoked(PeerIdentity)
}

extension EnrolmentRefusal: CustomStringConvertible {
  /// A sentence without its full stop.
  public var description: String {
    switch self {
    case .notOurToken:
      "the join token is not of this twin's issuer; \(Self.remedy)"
    case .tokenExpired(let end):
      "the join token expired at \(PeerRefusal.text(end)); \(Self.remedy)"
    case .tokenUsed: "the join token was used already; \(Self.remedy)"
    case .otherName(let asked, let granted):
      "a certificate for \(asked) was asked for, and the right is for \(granted)"
    case .unreadableRequest: "the certificate request cannot be read or was not signed by its key"
    case .revoked(let peer):
      "\(peer) is revoked; 'busbar pki revoke --undo \(peer.name)"
        + "\(peer.role == .node ? "" : " --role \(peer.role)")' where the coordinator is lets it in again"
    }
  }

  private static let remedy =
    "make a new one with 'busbar pki token --node NAME', and --role for other than nodes,"
    + " where the coordinator is"
}
