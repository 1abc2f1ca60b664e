import Foundation
import WireCodec
import X509

/// Permission for one new process to get its first certificate: one line of text.
///
/// It is good for ten minutes, for one name, and for one key: the first that comes with it. It holds
/// the fingerprint of the twin's root, so that the new process knows whom it joins. Whoever has the
/// line may join in that name, so it travels by file or pipe, not in arguments or environment.
public struct JoinToken: Sendable, Equatable {
  public static let lifetime = Duration.seconds(600)

  /// Who the bearer will be.
  public let identity: PeerIdentity
  /// Of the twin's root.
  public let rootFingerprint: Fingerprint
  public let expires: Date
  /// Unlike any other token's.
  let id: [UInt8]
  private let payload: [UInt8]
  private let signature: [UInt8]

  /// Makes a token that the issuer's own desk will take.
  public init(
    for identity: PeerIdentity, by issuer: CertificateAuthority, at now: Date,
    lifetime: Duration = JoinToken.lifetime
  ) throws {
    precondition(identity.twin == issuer.twin, "An issuer signs for its own twin.")
    var random = SystemRandomNumberGenerator()
    let id = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
    let content = Content(
      uri: identity.uri, root: issuer.root.fingerprint.bytes,
      expires_s: Int64((now.timeIntervalSince1970 + lifetime / .seconds(1)).rounded(.up)), id: id)
    let payload = try content.encoded()
    let signature = try issuer.key.sign(payload, as: .joinToken)
    try self.init(payload, signature)
  }

  /// Reads a token from its line; spaces around it do not count.
  ///
  /// - Throws: `Unreadable`.
  public init(line: String) throws(Unreadable) {
    let parts = line.trimmingCharacters(in: .whitespacesAndNewlines)
      .split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == Self.mark, let payload = Base64URL.decode(parts[1]),
      let signature = Base64URL.decode(parts[2])
    else { throw Unreadable() }
    try self.init(payload, signature)
  }

  /// A text is not a join token.
  public struct Unreadable: Error, Sendable, CustomStringConvertible {
    public var description: String {
      "this is no join token; make one with 'busbar pki token --node NAME' where the coordinator is"
    }
  }

  private init(_ payload: [UInt8], _ signature: [UInt8]) throws(Unreadable) {
    guard let content = try? Content(decoding: payload),
      let identity = PeerIdentity(uri: content.uri), let root = Fingerprint(bytes: content.root)
    else { throw Unreadable() }
    self.identity = identity
    rootFingerprint = root
    expires = Date(timeIntervalSince1970: Double(content.expires_s))
    id = content.id
    self.payload = payload
    self.signature = signature
  }

  /// The token as a line without its end.
  public var line: String {
    "\(Self.mark).\(Base64URL.encode(payload)).\(Base64URL.encode(signature))"
  }

  /// True if this issuer made the token.
  func isSigned(by issuer: CertificateAuthority) -> Bool {
    issuer.key.publicKey.hasSigned(payload, as: .joinToken, signature)
  }

  private static let mark = "busbar-join-1"
}

extension JoinToken: CustomStringConvertible, CustomReflectable {
  /// Without what makes it worth something.
  public var description: String { "a join token for \(identity)" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

private struct Content: WireCodable {
  var uri: String
  var root: [UInt8]
  var expires_s: Int64
  var id: [UInt8]

  init(uri: String, root: [UInt8], expires_s: Int64, id: [UInt8]) {
    self.uri = uri
    self.root = root
    self.expires_s = expires_s
    self.id = id
  }

  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 4)
    writer.write("uri", uri)
    writer.write("root", root)
    writer.write("expires_s", expires_s)
    writer.write("id", id)
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    uri = try reader.read("uri", in: &fields)
    root = try reader.read("root", in: &fields)
    expires_s = try reader.read("expires_s", in: &fields)
    id = try reader.read("id", in: &fields)
    try reader.endMap(fields)
  }
}

/// Base64 with letters that need no quotes (RFC 4648, section 5), without padding.
enum Base64URL {
  static func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  static func decode(_ text: Substring) -> [UInt8]? {
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    let plain = text.replacing("-", with: "+").replacing("_", with: "/") + padding
    return Data(base64Encoded: String(plain)).map(Array.init)
  }
}
