import Foundation

/// Why a peer is not let in, each with what a person needs to put it right.
public enum PeerRefusal: Error, Sendable, Equatable {
  case noCertificate
  /// The bytes are no certificate.
  case unreadable(String)
  /// A certificate of the chain has ended.
  case expired(Date)
  /// A certificate of the chain has not begun.
  case futureDated(Date)
  case wrongTwin(found: String, own: String)
  case wrongRole(PeerIdentity, expected: [TwinRole])
  /// Nobody but its owner vouches for it.
  case selfSigned
  /// No chain leads to the twin's root.
  case unknownIssuer
  /// A deny list names it.
  case revoked(String)
  /// It breaks a rule for certificates of a twin.
  case unfit(String)
}

extension PeerRefusal: CustomStringConvertible {
  /// A sentence without its full stop.
  public var description: String {
    switch self {
    case .noCertificate: "it shows no certificate"
    case .unreadable(let why): "its certificate cannot be read (\(why))"
    case .expired(let end): "its certificate expired at \(Self.text(end))"
    case .futureDated(let start):
      "its certificate begins only at \(Self.text(start)); compare the clocks of both machines"
    case .wrongTwin(let found, let own):
      "its certificate is of the twin \(found), and this is \(own)"
    case .wrongRole(let peer, let expected):
      "it is \(peer), where a peer must be "
        + expected.map(\.rawValue).joined(separator: " or ")
    case .selfSigned: "its certificate is signed by itself"
    case .unknownIssuer: "its certificate does not lead to the root of this twin"
    case .revoked(let what): "\(what) is revoked"
    case .unfit(let why): "its certificate is unfit (\(why))"
    }
  }

  static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
