/// A value that can cross the wire as one CBOR data item (RFC 8949).
///
/// Conformances are dispatched statically: no containers, no existentials. A struct writes itself as
/// a map with text keys in the order of its properties, and reads them back in the same order:
///
///     public func encode(into writer: inout CBORWriter) {
///       writer.beginMap(count: 2)
///       writer.write("bus", bus)
///       writer.write("p_MW", power)
///     }
///     public init(from reader: inout CBORReader) throws(CBORError) {
///       var fields = try reader.beginMap()
///       bus = try reader.read("bus", in: &fields)
///       power = try reader.read("p_MW", in: &fields)
///       try reader.endMap(fields)
///     }
///
/// A type that is `Codable` gets both for nothing, about fifty times slower.
public protocol WireCodable: Sendable {
  /// Appends exactly one data item.
  func encode(into writer: inout CBORWriter)

  /// Reads exactly one data item.
  init(from reader: inout CBORReader) throws(CBORError)

  /// Appends an array of such values as one data item; numbers have a packed form.
  static func encodeArray(_ values: [Self], into writer: inout CBORWriter)

  /// Reads what `encodeArray` wrote, or an ordinary array.
  static func decodeArray(from reader: inout CBORReader) throws(CBORError) -> [Self]
}

extension WireCodable {
  @inlinable
  public static func encodeArray(_ values: [Self], into writer: inout CBORWriter) {
    writer.beginArray(count: values.count)
    for value in values { value.encode(into: &writer) }
  }

  @inlinable
  public static func decodeArray(from reader: inout CBORReader) throws(CBORError) -> [Self] {
    try reader.readArray { reader throws(CBORError) in try Self(from: &reader) }
  }

  /// The value as a message of its own.
  @inlinable
  public func encoded() throws(CBORError) -> [UInt8] {
    var writer = CBORWriter()
    encode(into: &writer)
    return try writer.finish()
  }

  /// Reads a message that holds this value and nothing else.
  @inlinable
  public init(decoding bytes: [UInt8]) throws(CBORError) {
    var reader = CBORReader(bytes)
    self = try Self(from: &reader)
    try reader.finish()
  }
}
