import Foundation
import WireCodec
import X509

/// A deny list as it travels and lies on disks: with its twin, and signed by an issuer of the twin.
public struct SignedDenyList: Sendable, Equatable {
  private var twin: String
  private var list: [UInt8]
  private var signature: [UInt8]
  /// The certificate of the issuer, below the root or the root itself.
  private var signer: [UInt8]

  /// Signs a list.
  public init(_ list: DenyList, by issuer: CertificateAuthority) throws {
    twin = issuer.twin
    self.list = try list.encoded()
    signer = issuer.chain.leaf.der
    signature = try issuer.key.sign(Self.message(twin, self.list), as: .denyList)
  }

  /// Why a list is not taken, in a sentence.
  public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
  }

  /// Checks where a list comes from and that it is no older than the one in use.
  ///
  /// - Parameter current: the list in use; the same one again is taken.
  public func open(
    twin: String, roots: [CertificateChain], after current: DenyList = DenyList(), at now: Date
  ) throws(Refusal) -> DenyList {
    guard self.twin == twin else {
      throw Refusal(description: "the deny list is of the twin \(self.twin), and this is \(twin)")
    }
    guard let signer = try? Certificate(derEncoded: signer), isIssuer(signer, under: roots, at: now)
    else { throw Refusal(description: "the deny list is not signed by an issuer of \(twin)") }
    guard signer.publicKey.hasSigned(Self.message(twin, list), as: .denyList, signature) else {
      throw Refusal(description: "the deny list was changed after it was signed")
    }
    guard let opened = try? DenyList(decoding: list) else {
      throw Refusal(description: "the deny list cannot be read")
    }
    guard opened.version >= current.version else {
      throw Refusal(
        description: "the deny list has version \(opened.version), and version "
          + "\(current.version) is in use")
    }
    return opened
  }

  private func isIssuer(
    _ signer: Certificate, under roots: [CertificateChain], at now: Date
  ) -> Bool {
    guard signer.twinOfIssuer == twin, signer.notValidBefore <= now, now <= signer.notValidAfter
    else { return false }
    return roots.contains { root in
      root.leaf == signer || root.leaf.publicKey.isValidSignature(signer.signature, for: signer)
    }
  }

  private static func message(_ twin: String, _ list: [UInt8]) -> [UInt8] {
    Array(twin.utf8) + [0] + list
  }
}

extension SignedDenyList: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 4)
    writer.write("twin", twin)
    writer.write("list", list)
    writer.write("signature", signature)
    writer.write("signer", signer)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    twin = try reader.read("twin", in: &fields)
    list = try reader.read("list", in: &fields)
    signature = try reader.read("signature", in: &fields)
    signer = try reader.read("signer", in: &fields)
    try reader.endMap(fields)
  }
}
