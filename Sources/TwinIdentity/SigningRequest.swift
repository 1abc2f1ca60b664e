import Crypto
import Foundation
import SwiftASN1
import X509

/// A process's wish for a certificate (PKCS #10): its public key and who it is, signed by its key.
public struct SigningRequest: Sendable {
  let request: CertificateSigningRequest
  /// Who asks.
  public let identity: PeerIdentity

  /// Asks for a certificate for a key.
  public init(_ identity: PeerIdentity, key: PrivateKey) throws {
    let extensions = try Certificate.Extensions {
      SubjectAlternativeNames([.uniformResourceIdentifier(identity.uri)])
    }
    request = try CertificateSigningRequest(
      version: .v1, subject: DistinguishedName(), privateKey: key.certificateKey,
      attributes: CertificateSigningRequest.Attributes([
        try CertificateSigningRequest.Attribute(ExtensionRequest(extensions: extensions))
      ]))
    self.identity = identity
  }

  /// Reads a request and checks that who asks has the key.
  ///
  /// - Returns: nil for anything else than a request of ours over P-256.
  public init?(der: [UInt8]) {
    guard let request = try? CertificateSigningRequest(derEncoded: der),
      request.publicKey.isValidSignature(request.signature, for: request),
      request.signatureAlgorithm == .ecdsaWithSHA256,
      P256.Signing.PublicKey(request.publicKey) != nil,
      let extensions = try? request.attributes.extensionRequest?.extensions,
      let names = try? extensions.subjectAlternativeNames, names.count == 1,
      case .uniformResourceIdentifier(let uri)? = names.first,
      let identity = PeerIdentity(uri: uri)
    else { return nil }
    self.request = request
    self.identity = identity
  }

  /// The request as DER.
  public var der: [UInt8] {
    get throws {
      var serializer = DER.Serializer()
      try serializer.serialize(request)
      return serializer.serializedBytes
    }
  }
}
