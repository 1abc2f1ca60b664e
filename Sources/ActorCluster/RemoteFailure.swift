import WireCodec

/// An error that a distributed method threw on its own node.
public struct RemoteFailure: Error, Sendable, Hashable {
  /// `thrown` when the payload holds the error itself, `described` when only its text crossed.
  public var code: String
  /// The name of the error's type, without its module.
  public var type: String
  /// The error as text.
  public var message: String
  /// The error as CBOR, empty unless its type is `WireCodable`.
  public var payload: [UInt8]

  /// Captures an error for the wire.
  public init(_ error: any Error) {
    type = "\(Swift.type(of: error))"
    message = "\(error)"
    let encoded = (error as? any WireCodable & Error).flatMap { try? $0.encoded() }
    payload = encoded ?? []
    code = encoded == nil ? "described" : "thrown"
  }

  /// The error as it was thrown, if it is of this type and crossed whole.
  public func decoded<Failure: WireCodable & Error>(as type: Failure.Type) -> Failure? {
    guard code == "thrown", self.type == "\(type)" else { return nil }
    return try? Failure(decoding: payload)
  }
}

extension RemoteFailure: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 4)
    writer.write("code", code)
    writer.write("type", type)
    writer.write("message", message)
    writer.write("payload", payload)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    code = try reader.read("code", in: &fields)
    type = try reader.read("type", in: &fields)
    message = try reader.read("message", in: &fields)
    payload = try reader.read("payload", in: &fields)
    try reader.endMap(fields)
  }
}
