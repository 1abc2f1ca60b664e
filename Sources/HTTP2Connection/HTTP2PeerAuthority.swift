/// Decides about peers by their certificates. What a certificate means is its business alone.
public protocol HTTP2PeerAuthority: Sendable {
  /// Decides about a peer that proved to have the key of the first certificate.
  ///
  /// - Parameter chain: DER, the peer's own certificate first; never empty.
  func admit(_ chain: [[UInt8]]) async -> HTTP2PeerAdmission

  /// What becomes of a client that shows no certificate.
  var strangers: HTTP2PeerAdmission { get }

  /// Why a peer that was let in must go now; nil while it may stay. Called on any thread.
  func reasonToLeave(_ chain: [[UInt8]]) -> String?
}

/// What an authority says about a peer.
public enum HTTP2PeerAdmission: Sendable {
  /// It may ask for anything.
  case welcome(HTTP2VerifiedPeer)
  /// It may ask a server for these only, such as `POST /v1/enrol`. Anything else is answered with 401
  /// and the reason, and the connection ends. A client takes no server on such terms.
  case limited(HTTP2VerifiedPeer?, to: Set<String>, why: String)
  /// It may ask for nothing: the reason, in words that follow `it was refused:`.
  case refused(String)
}

/// A peer whose certificate was found good.
public struct HTTP2VerifiedPeer: Sendable {
  /// The name by which it is authorised.
  public let uri: String
  /// What else its authority knows of it.
  public let detail: any Sendable

  public init(uri: String, detail: any Sendable = ()) {
    self.uri = uri
    self.detail = detail
  }
}

/// A peer that was not let in, that was let in and cut, or that asked for more than it may.
public struct HTTP2Refusal: Sendable, CustomStringConvertible {
  /// The other end: its address, such as `10.0.0.7:4242`, or what it called itself.
  public let who: String
  /// A sentence without its full stop.
  public let why: String

  public init(who: String, why: String) {
    self.who = who
    self.why = why
  }

  public var description: String { "\(who), because \(why)" }
}
