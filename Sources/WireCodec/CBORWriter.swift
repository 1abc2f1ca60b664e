/// Writes CBOR (RFC 8949) in preferred, definite-length form into one growing buffer.
public struct CBORWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8]

  /// Why the message must not be sent: a value found itself impossible to write.
  public private(set) var refusal: String?

  /// Starts an empty message with room for `capacity` bytes.
  public init(capacity: Int = 64) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// The finished message, unless a value refused to be written.
  public consuming func finish() throws(CBORError) -> [UInt8] {
    if let refusal { throw .invalidValue(refusal) }
    return bytes
  }

  /// Marks the message as impossible to send; the first reason is kept.
  public mutating func refuse(_ reason: String) {
    refusal = refusal ?? reason
  }

  // MARK: Numbers and simple values

  /// Appends an unsigned integer in its shortest form.
  public mutating func write(unsigned value: UInt64) { writeHead(.unsigned, value) }

  /// Appends a signed integer in its shortest form.
  public mutating func write(signed value: Int64) {
    if value >= 0 {
      writeHead(.unsigned, UInt64(value))
    } else {
      writeHead(.negative, UInt64(~value))
    }
  }

  /// Appends a floating-point number in the shortest form that keeps every bit.
  public mutating func write(double value: Double) {
    let single = Float(value)
    if value.isNaN {
      if value.bitPattern == 0x7ff8_0000_0000_0000 {
        writeHead(.simple, info: 25, bigEndian: UInt16(0x7e00))
      } else {
        writeHead(.simple, info: 27, bigEndian: value.bitPattern)
      }
    } else if Double(single) != value {
      writeHead(.simple, info: 27, bigEndian: value.bitPattern)
    } else if let half = HalfPrecision.bits(of: single) {
      writeHead(.simple, info: 25, bigEndian: half)
    } else {
      writeHead(.simple, info: 26, bigEndian: single.bitPattern)
    }
  }

  /// Appends true or false.
  public mutating func write(bool value: Bool) { bytes.append(value ? 0xf5 : 0xf4) }

  /// Appends null.
  public mutating func writeNull() { bytes.append(0xf6) }

  // MARK: Strings

  /// Appends a text string.
  public mutating func write(text value: String) {
    writeHead(.text, UInt64(value.utf8.count))
    BulkCopy.append(value, to: &bytes)
  }

  /// Appends a byte string.
  public mutating func write(bytes value: [UInt8]) {
    writeHead(.bytes, UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  // MARK: Containers

  /// Starts an array; exactly `count` data items must follow.
  public mutating func beginArray(count: Int) { writeHead(.array, UInt64(count)) }

  /// Starts a map; exactly `count` pairs of key and value must follow.
  public mutating func beginMap(count: Int) { writeHead(.map, UInt64(count)) }

  /// Appends one pair of a map.
  @inlinable
  public mutating func write(_ key: String, _ value: some WireCodable) {
    write(text: key)
    value.encode(into: &self)
  }

  /// Marks the data item that follows.
  public mutating func write(tag: UInt64) { writeHead(.tag, tag) }

  /// Appends a packed array (RFC 8746): a tag and a byte string in one bulk copy.
  mutating func write<Number: BitwiseCopyable>(packed values: [Number], tag: UInt64) {
    write(tag: tag)
    writeHead(.bytes, UInt64(values.count * MemoryLayout<Number>.stride))
    BulkCopy.append(values, to: &bytes)
  }

  /// Appends data items that were written elsewhere.
  mutating func append(encoded items: [UInt8]) { bytes.append(contentsOf: items) }

  // MARK: Heads

  mutating func writeHead(_ major: CBORMajor, _ argument: UInt64) {
    if argument < 24 {
      bytes.append(major.rawValue << 5 | UInt8(truncatingIfNeeded: argument))
      return
    }
    switch argument {
    case ...0xff:
      bytes.append(major.rawValue << 5 | 24)
      bytes.append(UInt8(truncatingIfNeeded: argument))
    case 0x100...0xffff:
      writeHead(major, info: 25, bigEndian: UInt16(truncatingIfNeeded: argument))
    case 0x1_0000...0xffff_ffff:
      writeHead(major, info: 26, bigEndian: UInt32(truncatingIfNeeded: argument))
    default: writeHead(major, info: 27, bigEndian: argument)
    }
  }

  private mutating func writeHead<Argument: FixedWidthInteger & BitwiseCopyable>(
    _ major: CBORMajor, info: UInt8, bigEndian argument: Argument
  ) {
    bytes.append(major.rawValue << 5 | info)
    BulkCopy.append(bigEndian: argument, to: &bytes)
  }
}
