/// Maps with text keys, and maps whose pairs are taken as they come.
extension CBORReader {
  /// Enters a map to read its pairs in their own order: each `next(in:)` stands before a key.
  mutating func beginEntries() throws(CBORError) -> CBORItems {
    let fields = try beginMap()
    return CBORItems(remaining: fields.count)
  }

  /// Enters a map with text keys; see `WireCodable` for how to read it.
  public mutating func beginMap() throws(CBORError) -> CBORFields {
    let start = position
    let head = try readHead(allowIndefinite: true)
    guard head.major == .map else { throw mismatch(start, "a map") }
    try enter(start)
    if head.isIndefinite { return CBORFields(first: position, count: nil) }
    guard head.argument <= UInt64(bytes.count - position) / 2 else {
      throw .lengthExceedsMessage(offset: start)
    }
    return CBORFields(first: position, count: Int(head.argument))
  }

  /// Reads the value of a key, which must be there.
  @inlinable
  public mutating func read<Value: WireCodable>(
    _ key: String, in fields: inout CBORFields, as type: Value.Type = Value.self
  ) throws(CBORError) -> Value {
    guard let value = try readIfPresent(key, in: &fields, as: type) else {
      throw .missingKey(key)
    }
    return value
  }

  /// Reads the value of a key, or nil when the map lacks it.
  @inlinable
  public mutating func readIfPresent<Value: WireCodable>(
    _ key: String, in fields: inout CBORFields, as type: Value.Type = Value.self
  ) throws(CBORError) -> Value? {
    guard try seek(key, in: &fields) else { return nil }
    let value = try Value(from: &self)
    fields.finishValue(at: position)
    return value
  }

  /// Skips the keys that were not asked for and leaves the map.
  public mutating func endMap(_ fields: CBORFields) throws(CBORError) {
    position = fields.next
    var index = fields.nextIndex
    while try hasField(index, of: fields) {
      try skip()
      try skip()
      index += 1
    }
    leave()
  }

  // MARK: Keys

  /// Moves to the value of a key: the next one as a rule, else by a scan ahead and then from the
  /// start of the map.
  @usableFromInline
  mutating func seek(_ key: String, in fields: inout CBORFields) throws(CBORError) -> Bool {
    position = fields.next
    var index = fields.nextIndex
    while try hasField(index, of: fields) {
      if try matchKey(key) {
        fields.beginValue(index: index)
        return true
      }
      try skip()
      index += 1
    }
    position = fields.first
    index = 0
    while index < fields.nextIndex {
      if try matchKey(key) { return true }
      try skip()
      index += 1
    }
    position = fields.next
    return false
  }

  /// Tells whether a map has a pair with this index, which starts here; consumes the end mark.
  private mutating func hasField(_ index: Int, of fields: CBORFields) throws(CBORError) -> Bool {
    if let count = fields.count { return index < count }
    return try !readBreakIfPresent()
  }

  /// Consumes a key and tells whether it is the one that is looked for.
  private mutating func matchKey(_ key: String) throws(CBORError) -> Bool {
    guard position < bytes.count else { throw .truncated(offset: position) }
    guard bytes[position] >> 5 == CBORMajor.text.rawValue else {
      try skip()
      return false
    }
    guard let range = try readStringRange(.text) else {
      // An indefinite key is legal and never ours: read past its chunks.
      while try !readBreakIfPresent() { try skip() }
      return false
    }
    return BulkCopy.matches(key, bytes, range)
  }
}
