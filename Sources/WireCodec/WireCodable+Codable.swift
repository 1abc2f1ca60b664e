/// What a type that is only `Codable` writes and reads: the same maps with text keys.
extension WireCodable where Self: Codable {
  public func encode(into writer: inout CBORWriter) {
    do {
      try CBOREncoder().encode(self).encode(into: &writer)
    } catch {
      writer.refuse("A \(Self.self) cannot be written: \(error)")
      writer.writeNull()
    }
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    let value = try CBORValue(from: &reader)
    do {
      self = try CBORDecoder().decode(Self.self, from: value)
    } catch let error as CBORError {
      throw error
    } catch {
      throw .invalidValue("A \(Self.self) cannot be read: \(error)")
    }
  }
}
