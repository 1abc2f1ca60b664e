/// Reads CBOR (RFC 8949) from a message, checking every length before it is believed.
///
/// Well-formed items in other than preferred form are accepted: long heads, indefinite lengths,
/// integers where a floating-point number is asked for.
public struct CBORReader: Sendable {
  /// Arrays, maps and tags nest at most this deep; our own messages stay below ten.
  public static let maximumDepth = 64

  /// The offset of the next data item.
  public internal(set) var position = 0

  let bytes: [UInt8]
  private var depth = 0

  /// Starts at the first byte of a message.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Checks that nothing follows.
  public func finish() throws(CBORError) {
    guard position == bytes.count else { throw .trailingBytes(offset: position) }
  }

  // MARK: Numbers and simple values

  /// Reads an integer from -2⁶³ to 2⁶³-1.
  public mutating func readSigned() throws(CBORError) -> Int64 {
    let start = position
    let head = try readHead()
    guard head.major == .unsigned || head.major == .negative else {
      throw mismatch(start, "an integer")
    }
    guard let magnitude = Int64(exactly: head.argument) else { throw .outOfRange(offset: start) }
    return head.major == .unsigned ? magnitude : ~magnitude
  }

  /// Reads an integer from 0 to 2⁶⁴-1.
  public mutating func readUnsigned() throws(CBORError) -> UInt64 {
    let start = position
    let head = try readHead()
    guard head.major == .unsigned else { throw mismatch(start, "an unsigned integer") }
    return head.argument
  }

  /// Reads an integer that must fit the type that is asked for.
  @inlinable
  public mutating func readInteger<Number: FixedWidthInteger>(
    as type: Number.Type = Number.self
  ) throws(CBORError) -> Number {
    let start = position
    guard let number = Number(exactly: try readSigned()) else { throw .outOfRange(offset: start) }
    return number
  }

  /// Reads a number as double precision; an integer is converted.
  public mutating func readDouble() throws(CBORError) -> Double {
    let start = position
    let head = try readHead()
    switch (head.major, head.info) {
    case (.simple, 25): return HalfPrecision.double(of: UInt16(truncatingIfNeeded: head.argument))
    case (.simple, 26):
      return HalfPrecision.double(ofSingle: UInt32(truncatingIfNeeded: head.argument))
    case (.simple, 27): return Double(bitPattern: head.argument)
    case (.unsigned, _): return Double(head.argument)
    case (.negative, _): return -1 - Double(head.argument)
    default: throw mismatch(start, "a number")
    }
  }

  /// Reads true or false.
  public mutating func readBool() throws(CBORError) -> Bool {
    let start = position
    switch try nextByte() {
    case 0xf4: return false
    case 0xf5: return true
    default: throw mismatch(start, "true or false")
    }
  }

  /// Consumes a null or undefined if that is what comes next.
  public mutating func readNullIfPresent() throws(CBORError) -> Bool {
    guard position < bytes.count else { throw .truncated(offset: position) }
    guard bytes[position] == 0xf6 || bytes[position] == 0xf7 else { return false }
    position += 1
    return true
  }

  // MARK: Strings

  /// Reads a text string.
  public mutating func readText() throws(CBORError) -> String {
    guard let range = try readStringRange(.text) else {
      var text = ""
      while try !readBreakIfPresent() {
        let chunk = position
        guard let range = try readStringRange(.text) else {
          throw .malformed(offset: chunk, reason: "a chunk of indefinite length")
        }
        text += try decodeText(range)
      }
      return text
    }
    return try decodeText(range)
  }

  /// Reads a byte string.
  public mutating func readBytes() throws(CBORError) -> [UInt8] {
    if let range = try readStringRange(.bytes) { return Array(bytes[range]) }
    var all: [UInt8] = []
    while try !readBreakIfPresent() {
      let chunk = position
      guard let range = try readStringRange(.bytes) else {
        throw .malformed(offset: chunk, reason: "a chunk of indefinite length")
      }
      all.append(contentsOf: bytes[range])
    }
    return all
  }

  /// Reads a packed array of little-endian numbers if the given tag comes next, else returns nil.
  mutating func readPackedIfPresent<Number: BitwiseCopyable>(
    tag: UInt64, of type: Number.Type
  ) throws(CBORError) -> [Number]? {
    guard position < bytes.count, bytes[position] >> 5 == CBORMajor.tag.rawValue else { return nil }
    let start = position
    guard try readHead().argument == tag else {
      throw mismatch(start, "an array of numbers with tag \(tag)")
    }
    guard let range = try readStringRange(.bytes),
      range.count.isMultiple(of: MemoryLayout<Number>.stride)
    else { throw mismatch(start, "a byte string of whole numbers") }
    return BulkCopy.numbers(in: bytes, range: range, of: type)
  }

  // MARK: Containers

  /// Enters an array; read its items while `next(in:)` says that there is one.
  public mutating func beginArray() throws(CBORError) -> CBORItems {
    let start = position
    let head = try readHead(allowIndefinite: true)
    guard head.major == .array else { throw mismatch(start, "an array") }
    try enter(start)
    guard !head.isIndefinite else { return CBORItems(remaining: nil) }
    guard head.argument <= UInt64(bytes.count - position) else {
      throw .lengthExceedsMessage(offset: start)
    }
    return CBORItems(remaining: Int(head.argument))
  }

  /// Tells whether the array has another item, and leaves the array when it has not.
  public mutating func next(in items: inout CBORItems) throws(CBORError) -> Bool {
    if let remaining = items.remaining {
      guard remaining == 0 else {
        items.remaining = remaining - 1
        return true
      }
    } else if try !readBreakIfPresent() {
      return true
    }
    leave()
    return false
  }

  /// Reads a whole array.
  @inlinable
  public mutating func readArray<Element>(
    _ element: (inout CBORReader) throws(CBORError) -> Element
  ) throws(CBORError) -> [Element] {
    var items = try beginArray()
    var values: [Element] = []
    // A hostile count costs its sender a byte per item; it must not cost us a large item each.
    values.reserveCapacity(min(items.remaining ?? 0, 1024))
    while try next(in: &items) { values.append(try element(&self)) }
    return values
  }

  /// Reads a tag and the item that it marks.
  mutating func readTagged<Value>(
    _ value: (inout CBORReader) throws(CBORError) -> Value
  ) throws(CBORError) -> (tag: UInt64, value: Value) {
    let start = position
    let head = try readHead()
    guard head.major == .tag else { throw mismatch(start, "a tag") }
    try enter(start)
    let marked = try value(&self)
    leave()
    return (head.argument, marked)
  }

  /// Skips one data item of any kind.
  public mutating func skip() throws(CBORError) {
    let start = position
    let head = try readHead(allowIndefinite: true)
    switch head.major {
    case .unsigned, .negative, .simple: return
    case .bytes, .text:
      position = start
      if try readStringRange(head.major) == nil {
        while try !readBreakIfPresent() {
          guard try readStringRange(head.major) != nil else {
            throw .malformed(offset: position, reason: "a chunk of indefinite length")
          }
        }
      }
    case .tag:
      position = start
      _ = try readTagged { reader throws(CBORError) in try reader.skip() }
    case .array:
      position = start
      var items = try beginArray()
      while try next(in: &items) { try skip() }
    case .map:
      position = start
      try endMap(try beginMap())
    }
  }

  // MARK: Heads

  struct Head {
    let major: CBORMajor
    let info: UInt8
    let argument: UInt64
    var isIndefinite: Bool { info == 31 }
  }

  /// The head of the next data item, without consuming it.
  func peekHead() throws(CBORError) -> Head {
    var ahead = self
    return try ahead.readHead(allowIndefinite: true)
  }

  /// Reads the first byte and the argument of a data item.
  mutating func readHead(allowIndefinite: Bool = false) throws(CBORError) -> Head {
    let start = position
    let first = try nextByte()
    guard let major = CBORMajor(rawValue: first >> 5) else { throw .truncated(offset: start) }
    let info = first & 0x1f
    switch info {
    case 0..<24: return Head(major: major, info: info, argument: UInt64(info))
    case 24...27:
      let width = 1 << Int(info - 24)
      guard bytes.count - position >= width else { throw .truncated(offset: start) }
      let argument: UInt64 =
        switch width {
        case 1: UInt64(bytes[position])
        case 2: UInt64(BulkCopy.load(bigEndian: UInt16.self, from: bytes, at: position))
        case 4: UInt64(BulkCopy.load(bigEndian: UInt32.self, from: bytes, at: position))
        default: BulkCopy.load(bigEndian: UInt64.self, from: bytes, at: position)
        }
      position += width
      if major == .simple, info == 24, argument < 32 {
        throw .malformed(offset: start, reason: "a simple value below 32 in two bytes")
      }
      return Head(major: major, info: info, argument: argument)
    case 31 where allowIndefinite:
      switch major {
      case .bytes, .text, .array, .map: return Head(major: major, info: info, argument: 0)
      default: throw .malformed(offset: start, reason: "a break or length that belongs nowhere")
      }
    default: throw .malformed(offset: start, reason: "a reserved length")
    }
  }

  private mutating func nextByte() throws(CBORError) -> UInt8 {
    guard position < bytes.count else { throw .truncated(offset: position) }
    defer { position += 1 }
    return bytes[position]
  }

  /// The bytes of a string of definite length, which are consumed; nil for an indefinite length.
  mutating func readStringRange(_ major: CBORMajor) throws(CBORError) -> Range<Int>? {
    let start = position
    let head = try readHead(allowIndefinite: true)
    guard head.major == major else {
      throw mismatch(start, major == .text ? "a text" : "a byte string")
    }
    guard !head.isIndefinite else { return nil }
    guard head.argument <= UInt64(bytes.count - position) else {
      throw .lengthExceedsMessage(offset: start)
    }
    defer { position += Int(head.argument) }
    return position..<(position + Int(head.argument))
  }

  private func decodeText(_ range: Range<Int>) throws(CBORError) -> String {
    do {
      return String(copying: try UTF8Span(validating: bytes.span.extracting(range)))
    } catch {
      throw .malformed(offset: range.lowerBound, reason: "text that is not UTF-8")
    }
  }

  mutating func readBreakIfPresent() throws(CBORError) -> Bool {
    guard position < bytes.count else { throw .truncated(offset: position) }
    guard bytes[position] == 0xff else { return false }
    position += 1
    return true
  }

  mutating func enter(_ offset: Int) throws(CBORError) {
    guard depth < Self.maximumDepth else { throw .tooDeep(offset: offset) }
    depth += 1
  }

  mutating func leave() { depth -= 1 }

  func mismatch(_ offset: Int, _ expected: String) -> CBORError {
    .typeMismatch(offset: offset, expected: expected)
  }
}
