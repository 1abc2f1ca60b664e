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

  /// The empty list.
  public init() { self.init(version: 0, serials: [], identities: []) }

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

  public func denies(_ identity: PeerIdentity) -> Bool { identities.contains(identity.uri) }

  func refusal(of chain: [Certificate], _ identity: PeerIdentity) -> PeerRefusal? {
    if denies(identity) { return .revoked("\(identity)") }
    guard !serials.isEmpty else { return nil }
    return chain.map(\.serialText).first(where: serials.contains)
      .map { .revoked("the certificate \($0)") }
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
