/// Decodes a `Codable` value from a CBOR tree; keys may come in any order, unknown ones are skipped.
struct CBORDecoder {
  /// Decodes one value; throws `DecodingError` with the path of what does not fit.
  func decode<Value: Decodable>(_ type: Value.Type, from value: CBORValue) throws -> Value {
    try TreeDecoder(codingPath: [], value: value).unbox(type)
  }
}

private struct TreeDecoder: Decoder {
  let codingPath: [any CodingKey]
  let value: CBORValue
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func unbox<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if type == [Double].self, case .tagged = value {
      let numbers = try [Double](decoding: value.encoded())
      if let numbers = numbers as? Value { return numbers }
    }
    return try type.init(from: self)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .map(let pairs) = value else { throw mismatch([String: CBORValue].self, "a map") }
    var values: [String: CBORValue] = [:]
    for pair in pairs {
      if case .text(let key) = pair.key, values[key] == nil { values[key] = pair.value }
    }
    return KeyedDecodingContainer(
      TreeKeyedDecoding<Key>(codingPath: codingPath, pairs: pairs, values: values))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let items) = value else { throw mismatch([CBORValue].self, "an array") }
    return TreeUnkeyedDecoding(codingPath: codingPath, items: items)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { TreeSingleDecoding(self) }

  func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
    .typeMismatch(
      type, .init(codingPath: codingPath, debugDescription: "Expected \(expected), not \(value)."))
  }
}

private struct TreeKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let codingPath: [any CodingKey]
  let pairs: [CBORValue.Pair]
  let values: [String: CBORValue]

  var allKeys: [Key] {
    pairs.compactMap { pair in
      guard case .text(let key) = pair.key else { return nil }
      return Key(stringValue: key)
    }
  }

  func contains(_ key: Key) -> Bool { values[key.stringValue] != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try value(key) == .null }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try decoder(key).unbox(type)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try decoder(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    TreeDecoder(codingPath: codingPath + [TextKey("super")], value: values["super"] ?? .null)
  }

  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

  private func decoder(_ key: Key) throws -> TreeDecoder {
    TreeDecoder(codingPath: codingPath + [key], value: try value(key))
  }

  private func value(_ key: Key) throws -> CBORValue {
    guard let value = values[key.stringValue] else {
      throw DecodingError.keyNotFound(
        key,
        .init(codingPath: codingPath, debugDescription: "The key '\(key.stringValue)' is missing."))
    }
    return value
  }
}

private struct TreeUnkeyedDecoding: UnkeyedDecodingContainer {
  let codingPath: [any CodingKey]
  let items: [CBORValue]
  private(set) var currentIndex = 0

  init(codingPath: [any CodingKey], items: [CBORValue]) {
    self.codingPath = codingPath
    self.items = items
  }

  var count: Int? { items.count }
  var isAtEnd: Bool { currentIndex >= items.count }

  mutating func decodeNil() throws -> Bool {
    guard try decoder().value == .null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try decoder().unbox(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    let container = try decoder().container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try decoder().unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = try decoder()
    currentIndex += 1
    return decoder
  }

  private func decoder() throws -> TreeDecoder {
    let path = codingPath + [TextKey(index: currentIndex)]
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        CBORValue.self, .init(codingPath: path, debugDescription: "The array ends here."))
    }
    return TreeDecoder(codingPath: path, value: items[currentIndex])
  }
}

private struct TreeSingleDecoding: SingleValueDecodingContainer {
  private let decoder: TreeDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }

  init(_ decoder: TreeDecoder) { self.decoder = decoder }

  func decodeNil() -> Bool { decoder.value == .null }

  func decode(_ type: Bool.Type) throws -> Bool {
    guard case .bool(let value) = decoder.value else { throw decoder.mismatch(type, "a boolean") }
    return value
  }

  func decode(_ type: String.Type) throws -> String {
    guard case .text(let value) = decoder.value else { throw decoder.mismatch(type, "a text") }
    return value
  }

  func decode(_ type: Double.Type) throws -> Double {
    switch decoder.value {
    case .double(let bits): return Double(bitPattern: bits)
    case .unsigned(let value): return Double(value)
    case .negative(let value): return -1 - Double(value)
    default: throw decoder.mismatch(type, "a number")
    }
  }

  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
  func decode(_ type: Int.Type) throws -> Int { try decodeInteger() }
  func decode(_ type: Int8.Type) throws -> Int8 { try decodeInteger() }
  func decode(_ type: Int16.Type) throws -> Int16 { try decodeInteger() }
  func decode(_ type: Int32.Type) throws -> Int32 { try decodeInteger() }
  func decode(_ type: Int64.Type) throws -> Int64 { try decodeInteger() }
  func decode(_ type: UInt.Type) throws -> UInt { try decodeInteger() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try decodeInteger() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try decodeInteger() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try decodeInteger() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try decodeInteger() }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.unbox(type) }

  private func decodeInteger<Number: FixedWidthInteger>() throws -> Number {
    let number: Number? =
      switch decoder.value {
      case .unsigned(let value): Number(exactly: value)
      case .negative(let value): Int64(exactly: value).flatMap { Number(exactly: ~$0) }
      default: nil
      }
    guard let number else { throw decoder.mismatch(Number.self, "an integer of this size") }
    return number
  }
}
