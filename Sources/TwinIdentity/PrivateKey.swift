import Crypto
import SwiftASN1
import X509

/// The private key of one process, ECDSA over P-256. It never prints itself.
public struct PrivateKey: Sendable {
  let key: P256.Signing.PrivateKey

  /// Makes a new key.
  public init() { key = P256.Signing.PrivateKey() }

  /// Reads a key from its PEM text (PKCS #8 or SEC 1).
  public init(pem: String) throws { key = try P256.Signing.PrivateKey(pemRepresentation: pem) }

  /// The key as PKCS #8 in PEM: for the file it lives in, and nowhere else.
  public var pem: String { key.pemRepresentation }

  /// The key as PKCS #8, for the TLS library.
  public var der: [UInt8] { Array(key.derRepresentation) }

  var certificateKey: Certificate.PrivateKey { Certificate.PrivateKey(key) }
  var publicKey: Certificate.PublicKey { certificateKey.publicKey }

  /// Signs a message of a kind of ours. The kind goes into what is signed, so that a signature for
  /// one purpose is none for another, and none is a certificate's.
  func sign(_ message: [UInt8], as kind: SignedKind) throws -> [UInt8] {
    Array(try key.signature(for: kind.prefix + message).derRepresentation)
  }
}

extension PrivateKey: CustomStringConvertible, CustomReflectable {
  public var description: String { "a private key" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What issuers sign beside certificates.
enum SignedKind: String {
  case joinToken = "busbar join token 1"
  case denyList = "busbar deny list 1"

  var prefix: [UInt8] { Array(rawValue.utf8) + [0] }
}

extension Certificate.PublicKey {
  /// True if the owner of this key signed the message as this kind.
  func hasSigned(_ message: [UInt8], as kind: SignedKind, _ signature: [UInt8]) -> Bool {
    guard let key = P256.Signing.PublicKey(self),
      let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature)
    else { return false }
    return key.isValidSignature(signature, for: kind.prefix + message)
  }
}
