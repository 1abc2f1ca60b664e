import WireCodec

/// What a new process sends to `POST /v1/enrol`.
public struct EnrolmentRequest: Sendable, Equatable, WireCodable {
  /// The join token's line.
  public var token: String
  /// A PKCS #10 request, DER.
  public var request: [UInt8]

  public init(token: String, request: [UInt8]) {
    self.token = token
    self.request = request
  }

  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("token", token)
    writer.write("request", request)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    token = try reader.read("token", in: &fields)
    request = try reader.read("request", in: &fields)
    try reader.endMap(fields)
  }
}

/// What a process sends to `POST /v1/renew`, on a connection with its present certificate.
public struct RenewalRequest: Sendable, Equatable, WireCodable {
  /// A PKCS #10 request, DER.
  public var request: [UInt8]

  public init(request: [UInt8]) { self.request = request }

  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 1)
    writer.write("request", request)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    request = try reader.read("request", in: &fields)
    try reader.endMap(fields)
  }
}

/// The answer to both: a certificate with its issuers and the deny list in use.
public struct CertificateGrant: Sendable, Equatable, WireCodable {
  /// DER, the new leaf first and the root last.
  public var chain: [[UInt8]]
  /// Nil while nobody was ever revoked.
  public var denyList: SignedDenyList?

  public init(chain: [[UInt8]], denyList: SignedDenyList?) {
    self.chain = chain
    self.denyList = denyList
  }

  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: denyList == nil ? 1 : 2)
    writer.write("chain", chain)
    if let denyList { writer.write("denyList", denyList) }
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    chain = try reader.read("chain", in: &fields)
    denyList = try reader.readIfPresent("denyList", in: &fields)
    try reader.endMap(fields)
  }
}
