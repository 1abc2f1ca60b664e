import NIOSSL

/// What one end of a connection shows of itself: a certificate and the proof that it is its own.
public struct HTTP2Credentials: Sendable {
  let chain: [NIOSSLCertificate]
  let key: NIOSSLPrivateKey

  /// - Parameters:
  ///   - chain: DER, the own certificate first.
  ///   - key: the private key, DER (PKCS #8).
  /// - Throws: what cannot be read.
  public init(chain: [[UInt8]], key: [UInt8]) throws {
    self.chain = try chain.map { try NIOSSLCertificate(bytes: $0, format: .der) }
    self.key = try NIOSSLPrivateKey(bytes: key, format: .der)
  }
}

extension HTTP2Credentials: CustomStringConvertible, CustomReflectable {
  public var description: String { "credentials" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
