import Foundation
import WireCodec

/// Who a process is: the URI in its certificate, `spiffe://TWIN/ROLE/NAME`.
///
/// A peer is authorised by this and never by its address or its common name. Twin and name may be any
/// text of 1 to 255 bytes without control characters, in Unicode's composed form (NFC), so that texts which
/// look alike are alike; what a URI cannot hold is percent-encoded.
public struct PeerIdentity: Sendable {
  /// The twin's name, such as `cigre-mv`.
  public let twin: String
  public let role: TwinRole
  /// The process's name within the twin, such as `north`.
  public let name: String

  /// Why a name cannot be one, in a sentence.
  public struct BadName: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
  }

  /// - Throws: `BadName` when a name is empty, longer than 255 bytes, holds a control character or is not
  ///   in composed form.
  public init(twin: String, role: TwinRole, name: String) throws(BadName) {
    try Self.check(twin, "the twin's name")
    try Self.check(name, "the name of a \(role)")
    self.twin = twin
    self.role = role
    self.name = name
  }

  /// Reads a URI, strictly: only what `uri` writes is taken, so no two texts mean one peer.
  public init?(uri: String) {
    guard uri.utf8.count <= 2048, uri.hasPrefix(Self.scheme) else { return nil }
    let parts = uri.dropFirst(Self.scheme.count)
      .split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, let role = TwinRole(rawValue: String(parts[1])),
      let twin = PercentEncoding.decode(parts[0]), let name = PercentEncoding.decode(parts[2]),
      let identity = try? PeerIdentity(twin: twin, role: role, name: name), identity.uri == uri
    else { return nil }
    self = identity
  }

  /// The identity as certificates and deny lists write it.
  public var uri: String {
    "\(Self.scheme)\(Self.step(twin))/\(role.rawValue)/\(Self.step(name))"
  }

  private static let scheme = "spiffe://"

  /// A name as a step of the URI's path, which `.` and `..` would leave.
  private static func step(_ name: String) -> String {
    let encoded = PercentEncoding.uri.encode(name)
    return encoded == "." ? "%2E" : encoded == ".." ? "%2E%2E" : encoded
  }

  private static func check(_ text: String, _ what: String) throws(BadName) {
    guard (1...255).contains(text.utf8.count) else {
      throw BadName(description: "\(what) must have 1 to 255 bytes")
    }
    let invisible: [Unicode.GeneralCategory] = [
      .control, .format, .lineSeparator, .paragraphSeparator,
    ]
    guard
      !text.unicodeScalars.contains(where: { invisible.contains($0.properties.generalCategory) })
    else { throw BadName(description: "\(what) must not hold control characters") }
    // Swift takes texts for equal that differ in their bytes, and a deny list does not.
    guard text.utf8.elementsEqual(text.precomposedStringWithCanonicalMapping.utf8) else {
      throw BadName(description: "\(what) must be in Unicode's composed form (NFC)")
    }
  }
}

/// Two peers are one if their URIs are, byte by byte.
extension PeerIdentity: Hashable {
  public static func == (one: PeerIdentity, other: PeerIdentity) -> Bool {
    one.role == other.role && one.name.utf8.elementsEqual(other.name.utf8)
      && one.twin.utf8.elementsEqual(other.twin.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(role)
    hasher.combine(name)
  }
}

extension PeerIdentity: CustomStringConvertible {
  public var description: String { uri }
}
