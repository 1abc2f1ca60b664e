import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate and those that vouch for it: leaf first, root last if it is there.
public struct CertificateChain: Sendable, Hashable {
  let certificates: [Certificate]

  init(_ certificates: [Certificate]) {
    precondition(!certificates.isEmpty, "A chain has a leaf.")
    self.certificates = certificates
  }

  /// Reads certificates from DER.
  ///
  /// - Throws: what is wrong with the first one that is none, or `Empty`.
  public init(der: [[UInt8]]) throws {
    guard !der.isEmpty else { throw Empty() }
    certificates = try der.map { try Certificate(derEncoded: $0) }
  }

  /// Reads all certificates of a PEM text.
  public init(pem: String) throws {
    let documents = try PEMDocument.parseMultiple(pemString: pem)
    guard !documents.isEmpty else { throw Empty() }
    certificates = try documents.map { try Certificate(pemDocument: $0) }
  }

  /// There is no certificate where one is needed.
  public struct Empty: Error, Sendable, CustomStringConvertible {
    public var description: String { "there is no certificate in it" }
  }

  var leaf: Certificate { certificates[0] }

  /// Each certificate as DER, in order.
  public var der: [[UInt8]] { certificates.map(\.der) }
  /// Each certificate as PEM, in order.
  public var pem: String {
    certificates.map { certificate in
      PEMDocument(type: "CERTIFICATE", derBytes: certificate.der).pemString + "\n"
    }.joined()
  }

  /// Who the leaf says it is; nil for an issuer, or a stranger's certificate.
  public var identity: PeerIdentity? { leaf.identity }
  /// The leaf's serial number in hexadecimal.
  public var serial: String { leaf.serialText }
  public var notBefore: Date { leaf.notValidBefore }
  public var notAfter: Date { leaf.notValidAfter }
  /// Of the leaf; see `Certificate.fingerprint`.
  public var fingerprint: Fingerprint { leaf.fingerprint }

  /// Of the certificate at the end, which is the root in what a coordinator sends.
  public var rootFingerprint: Fingerprint { certificates.last!.fingerprint }
}

/// The SHA-256 of a certificate's DER.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]

  public init(of der: [UInt8]) { bytes = Array(SHA256.hash(data: der)) }

  /// Takes 32 bytes.
  init?(bytes: [UInt8]) {
    guard bytes.count == SHA256.byteCount else { return nil }
    self.bytes = bytes
  }

  public var description: String { "sha256:" + Hexadecimal.text(bytes) }
}

enum Hexadecimal {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension Certificate {
  var der: [UInt8] {
    var serializer = DER.Serializer()
    do {
      try serializer.serialize(self)
    } catch {
      preconditionFailure("A certificate that was read or made can be written: \(error)")
    }
    return serializer.serializedBytes
  }

  var fingerprint: Fingerprint { Fingerprint(of: der) }
  var serialText: String { Hexadecimal.text(serialNumber.bytes) }

  /// Who it is for: its only alternative name, which is a URI of ours.
  var identity: PeerIdentity? {
    guard let names = try? extensions.subjectAlternativeNames, names.count == 1,
      case .uniformResourceIdentifier(let uri)? = names.first
    else { return nil }
    return PeerIdentity(uri: uri)
  }
}
