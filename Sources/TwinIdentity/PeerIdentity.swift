/// Who a process is: the URI in its certificate, `spiffe://TWIN/ROLE/NAME`.
///
/// A peer is authorised by this and never by its address or its common name. Twin and name may be any
/// text of 1 to 255 bytes without control characters; what a URI cannot hold is percent-encoded.
public struct PeerIdentity: Hashable, Sendable {
  /// The twin's name, such as `cigre-mv`.
  public let twin: String
  public let role: TwinRole
  /// The process's name within the twin, such as `north`.
  public let name: String

  /// Why a name cannot be one, in a sentence.
  public struct BadName: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
  }

  /// - Throws: `BadName` when a name is empty, longer than 255 bytes or holds a control character.
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
      let twin = URIText.decode(parts[0]), let name = URIText.decode(parts[2]),
      let identity = try? PeerIdentity(twin: twin, role: role, name: name), identity.uri == uri
    else { return nil }
    self = identity
  }

  /// The identity as certificates and deny lists write it.
  public var uri: String {
    "\(Self.scheme)\(URIText.encode(twin))/\(role.rawValue)/\(URIText.encode(name))"
  }

  private static let scheme = "spiffe://"

  private static func check(_ text: String, _ what: String) throws(BadName) {
    guard (1...255).contains(text.utf8.count) else {
      throw BadName(description: "\(what) must have 1 to 255 bytes")
    }
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw BadName(description: "\(what) must not hold control characters")
    }
  }
}

extension PeerIdentity: CustomStringConvertible {
  public var description: String { uri }
}

/// Percent-encoding (RFC 3986): letters, digits and `-._~` stand for themselves.
enum URIText {
  static func encode(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      if isPlain(byte) {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    // These two would be steps of a path.
    return encoded == "." ? "%2E" : encoded == ".." ? "%2E%2E" : encoded
  }

  /// The text, or nil when an escape is broken or the bytes are not UTF-8.
  static func decode(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
  }
}
