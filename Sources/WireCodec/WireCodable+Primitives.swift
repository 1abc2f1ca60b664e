extension Bool: WireCodable {
  public func encode(into writer: inout CBORWriter) { writer.write(bool: self) }
  public init(from reader: inout CBORReader) throws(CBORError) { self = try reader.readBool() }
}

extension Int: WireCodable {
  public func encode(into writer: inout CBORWriter) { writer.write(signed: Int64(self)) }
  public init(from reader: inout CBORReader) throws(CBORError) { self = try reader.readInteger() }
}

extension Int64: WireCodable {
  public func encode(into writer: inout CBORWriter) { writer.write(signed: self) }
  public init(from reader: inout CBORReader) throws(CBORError) { self = try reader.readSigned() }
}

extension UInt64: WireCodable {
  public func encode(into writer: inout CBORWriter) { writer.write(unsigned: self) }
  public init(from reader: inout CBORReader) throws(CBORError) { self = try reader.readUnsigned() }
}

/// An array of `Int32` is packed: tag 78, little-endian (RFC 8746).
extension Int32: WireCodable {
  private static let packedTag: UInt64 = 78

  public func encode(into writer: inout CBORWriter) { writer.write(signed: Int64(self)) }
  public init(from reader: inout CBORReader) throws(CBORError) { self = try reader.readInteger() }

  public static func encodeArray(_ values: [Int32], into writer: inout CBORWriter) {
    writer.write(packed: values, tag: packedTag)
  }

  public static func decodeArray(from reader: inout CBORReader) throws(CBORError) -> [Int32] {
    if let values = try reader.readPackedIfPresent(tag: packedTag, of: Int32.self) { return values }
    return try reader.readArray { reader throws(CBORError) in try reader.readInteger() }
  }
}

/// An array of `UInt8` is a byte string.
extension UInt8: WireCodable {
  public func encode(into writer: inout CBORWriter) { writer.write(unsigned: UInt64(self)) }
  public init(from reader: inout CBORReader) throws(CBORError) { self = try reader.readInteger() }

  public static func encodeArray(_ values: [UInt8], into writer: inout CBORWriter) {
    writer.write(bytes: values)
  }

  public static func decodeArray(from reader: inout CBORReader) throws(CBORError) -> [UInt8] {
    try reader.readBytes()
  }
}

/// An array of `Double` is packed: tag 86, little-endian binary64 (RFC 8746), one copy each way.
extension Double: WireCodable {
  private static let packedTag: UInt64 = 86

  public func encode(into writer: inout CBORWriter) { writer.write(double: self) }
  public init(from reader: inout CBORReader) throws(CBORError) { self = try reader.readDouble() }

  public static func encodeArray(_ values: [Double], into writer: inout CBORWriter) {
    writer.write(packed: values, tag: packedTag)
  }

  public static func decodeArray(from reader: inout CBORReader) throws(CBORError) -> [Double] {
    if let values = try reader.readPackedIfPresent(tag: packedTag, of: Double.self) {
      return values
    }
    return try reader.readArray { reader throws(CBORError) in try reader.readDouble() }
  }
}

extension String: WireCodable {
  public func encode(into writer: inout CBORWriter) { writer.write(text: self) }
  public init(from reader: inout CBORReader) throws(CBORError) { self = try reader.readText() }
}
