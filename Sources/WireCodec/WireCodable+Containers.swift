/// Nothing is null; an optional of an optional cannot tell its two nothings apart.
extension Optional: WireCodable where Wrapped: WireCodable {
  @inlinable
  public func encode(into writer: inout CBORWriter) {
    switch self {
    case .none: writer.writeNull()
    case .some(let value): value.encode(into: &writer)
    }
  }

  @inlinable
  public init(from reader: inout CBORReader) throws(CBORError) {
    self = try reader.readNullIfPresent() ? .none : .some(try Wrapped(from: &reader))
  }
}

extension Array: WireCodable where Element: WireCodable {
  @inlinable
  public func encode(into writer: inout CBORWriter) {
    Element.encodeArray(self, into: &writer)
  }

  @inlinable
  public init(from reader: inout CBORReader) throws(CBORError) {
    self = try Element.decodeArray(from: &reader)
  }
}

/// A map in the order of its keys, so that equal dictionaries are equal bytes.
extension Dictionary: WireCodable where Key == String, Value: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: count)
    for key in keys.sorted() {
      writer.write(text: key)
      self[key].encode(into: &writer)
    }
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    self = [:]
    var entries = try reader.beginEntries()
    while try reader.next(in: &entries) {
      let key = try reader.readText()
      self[key] = try Value(from: &reader)
    }
  }
}
