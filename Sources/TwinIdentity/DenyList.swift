import Foundation
import WireCodec
import X509

/// The peers that are shut out before their certificates end.
///
/// Each change makes the next version; a verifier keeps the highest it has seen, so that an old list
/// cannot bring a peer back.
public struct DenyList: Sendable, Equatable {
  /// 0 for the empty list that every twin begins with.
  public private(set) var version: UInt64
  /// The serial numbers of certificates, in hexadecimal.
  public private(set) var serials: Set<String>
  /// The URIs of peers all of whose certificates are refused, also those yet to be made.
  public private(set) var identities: Set<String>

  /// The empty list that every verifier begins with.
  public init() { self.init(version: 0, serials: [], identities: []) }

  /// An empty list to begin with where there is none: its versions follow those of any list that was begun
  /// before, so that a coordinator whose folder was lost can revoke again.
  public init(begunAt now: Date) {
    self.init(version: UInt64(max(0, now.timeIntervalSince1970)), serials: [], identities: [])
  }

  init(version: UInt64, serials: Set<String>, identities: Set<String>) {
    self.version = version
    self.serials = serials
    self.identities = identities
  }

  /// Shuts out every certificate of a peer.
  public mutating func deny(_ identity: PeerIdentity) {
    if identities.insert(identity.uri).inserted { version += 1 }
  }

  /// Shuts out one certificate.
  public mutating func deny(serial: String) {
    if serials.insert(serial.lowercased()).inserted { version += 1 }
  }

  /// Lets a peer in again.
  ///
  /// - Returns: false when it was not shut out.
  @discardableResult public mutating func allow(_ identity: PeerIdentity) -> Bool {
    guard identities.remove(identity.uri) != nil else { return false }
    version += 1
    return true
  }

  /// Lets a certificate be shown again.
  ///
  /// - Returns: false when it was not shut out.
  @discardableResult public mutating func allow(serial: String) -> Bool {
    guard serials.remove(serial.lowercased()) != nil else { return false }
    version += 1
    return true
  }

  public func denies(_ identity: PeerIdentity) -> Bool { identities.contains(identity.uri) }

  func refusal(of chain: [Certificate], _ identity: PeerIdentity) -> PeerRefusal? {
    if denies(identity) { return .revoked("\(identity)") }
    guard !serials.isEmpty else { return nil }
    // The issuer's and the root's are everybody's.
    guard let serial = chain.first?.serialText, serials.contains(serial) else { return nil }
    return .revoked("the certificate \(serial)")
  }
}

extension DenyList: CustomStringConvertible {
  /// A sentence without its full stop.
  public var description: String {
    let certificates = serials.sorted().map { "the certificate \($0)" }
    let all = identities.sorted() + certificates
    return all.isEmpty
      ? "nobody is revoked any more (deny list \(version))"
      : "revoked: \(all.joined(separator: ", ")) (deny list \(version))"
  }
}

extension DenyList: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 3)
    writer.write("version", version)
    writer.write("serials", serials.sorted())
    writer.write("identities", identities.sorted())
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    version = try reader.read("version", in: &fields)
    let serials: [String] = try reader.read("serials", in: &fields)
    let identities: [String] = try reader.read("identities", in: &fields)
    (self.serials, self.identities) = (Set(serials), Set(identities))
    try reader.endMap(fields)
  }
}
