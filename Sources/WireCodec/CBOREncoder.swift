/// Encodes a `Codable` value as a CBOR tree: structs as maps with text keys in the order written.
///
/// Dictionaries and sets are put in the order of their encoded keys, since their own order changes
/// from run to run.
struct CBOREncoder {
  /// Encodes one value; throws what the value's own `encode(to:)` throws.
  func encode(_ value: some Encodable) throws -> CBORValue {
    try TreeEncoder(codingPath: []).box(value)
  }
}

/// A container that is still being filled.
private final class TreeNode {
  enum Content {
    case value(CBORValue)
    case array([TreeNode])
    case map([(key: String, node: TreeNode)])
  }

  var content: Content

  init(_ content: Content) { self.content = content }

  var value: CBORValue {
    switch content {
    case .value(let value): value
    case .array(let nodes): .array(nodes.map(\.value))
    case .map(let pairs): .map(pairs.map { CBORValue.Pair(.text($0.key), $0.node.value) })
    }
  }

  func append(_ node: TreeNode) {
    guard case .array(var nodes) = content else { return }
    content = .value(.null)
    nodes.append(node)
    content = .array(nodes)
  }

  func append(_ node: TreeNode, for key: String) {
    guard case .map(var pairs) = content else { return }
    content = .value(.null)
    pairs.append((key, node))
    content = .map(pairs)
  }

  var count: Int {
    guard case .array(let nodes) = content else { return 0 }
    return nodes.count
  }
}

/// A collection whose order is the hash's, and must not reach the wire.
private protocol HashOrdered {
  func encodeInOrder(at path: [any CodingKey]) throws -> CBORValue
}

extension Dictionary: HashOrdered where Key: Encodable, Value: Encodable {
  fileprivate func encodeInOrder(at path: [any CodingKey]) throws -> CBORValue {
    var pairs: [(bytes: [UInt8], pair: CBORValue.Pair)] = []
    for (key, value) in self {
      let boxed = try TreeEncoder(codingPath: path).box(key)
      let pair = CBORValue.Pair(boxed, try TreeEncoder(codingPath: path).box(value))
      pairs.append((try boxed.encoded(), pair))
    }
    pairs.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    if Key.self == String.self { return .map(pairs.map(\.pair)) }
    if Key.self == Int.self {
      return .map(pairs.map { CBORValue.Pair(.text($0.pair.key.description), $0.pair.value) })
    }
    return .array(pairs.flatMap { [$0.pair.key, $0.pair.value] })
  }
}

extension Set: HashOrdered where Element: Encodable {
  fileprivate func encodeInOrder(at path: [any CodingKey]) throws -> CBORValue {
    let items = try map { element in
      let boxed = try TreeEncoder(codingPath: path).box(element)
      return (bytes: try boxed.encoded(), item: boxed)
    }
    return .array(items.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map(\.item))
  }
}

private struct TreeEncoder: Encoder {
  let codingPath: [any CodingKey]
  let node = TreeNode(.map([]))
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func box<Value: Encodable>(_ value: Value) throws -> CBORValue {
    // An empty array of anything casts to an array of numbers: ask for the type itself.
    if Value.self == [Double].self, let numbers = value as? [Double] {
      var writer = CBORWriter(capacity: numbers.count * 8 + 16)
      numbers.encode(into: &writer)
      return try CBORValue(decoding: try writer.finish())
    }
    if let unordered = value as? any HashOrdered {
      return try unordered.encodeInOrder(at: codingPath)
    }
    try value.encode(to: self)
    return node.value
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .map = node.content {} else { node.content = .map([]) }
    return KeyedEncodingContainer(TreeKeyedEncoding<Key>(codingPath: codingPath, node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .array = node.content {} else { node.content = .array([]) }
    return TreeUnkeyedEncoding(codingPath: codingPath, node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    TreeSingleEncoding(codingPath: codingPath, node: node)
  }

  func child(_ key: any CodingKey) -> TreeEncoder { TreeEncoder(codingPath: codingPath + [key]) }
}

private struct TreeKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let codingPath: [any CodingKey]
  let node: TreeNode

  mutating func encodeNil(forKey key: Key) throws {
    node.append(TreeNode(.value(.null)), for: key.stringValue)
  }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    let boxed = try TreeEncoder(codingPath: codingPath + [key]).box(value)
    node.append(TreeNode(.value(boxed)), for: key.stringValue)
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    superEncoder(forKey: key).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    superEncoder(forKey: key).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { child(TextKey("super")) }
  mutating func superEncoder(forKey key: Key) -> any Encoder { child(key) }

  private func child(_ key: any CodingKey) -> TreeEncoder {
    let encoder = TreeEncoder(codingPath: codingPath + [key])
    node.append(encoder.node, for: key.stringValue)
    return encoder
  }
}

private struct TreeUnkeyedEncoding: UnkeyedEncodingContainer {
  let codingPath: [any CodingKey]
  let node: TreeNode
  var count: Int { node.count }

  mutating func encodeNil() throws { node.append(TreeNode(.value(.null))) }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    let boxed = try TreeEncoder(codingPath: codingPath + [TextKey(index: count)]).box(value)
    node.append(TreeNode(.value(boxed)))
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    superEncoder().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    superEncoder().unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder {
    let encoder = TreeEncoder(codingPath: codingPath + [TextKey(index: count)])
    node.append(encoder.node)
    return encoder
  }
}

private struct TreeSingleEncoding: SingleValueEncodingContainer {
  let codingPath: [any CodingKey]
  let node: TreeNode

  mutating func encodeNil() throws { node.content = .value(.null) }
  mutating func encode(_ value: Bool) throws { node.content = .value(.bool(value)) }
  mutating func encode(_ value: String) throws { node.content = .value(.text(value)) }
  mutating func encode(_ value: Double) throws {
    node.content = .value(.double(bitPattern: value.bitPattern))
  }
  mutating func encode(_ value: Float) throws { try encode(Double(value)) }
  mutating func encode(_ value: Int) throws { encodeSigned(value) }
  mutating func encode(_ value: Int8) throws { encodeSigned(value) }
  mutating func encode(_ value: Int16) throws { encodeSigned(value) }
  mutating func encode(_ value: Int32) throws { encodeSigned(value) }
  mutating func encode(_ value: Int64) throws { encodeSigned(value) }
  mutating func encode(_ value: UInt) throws { encodeUnsigned(value) }
  mutating func encode(_ value: UInt8) throws { encodeUnsigned(value) }
  mutating func encode(_ value: UInt16) throws { encodeUnsigned(value) }
  mutating func encode(_ value: UInt32) throws { encodeUnsigned(value) }
  mutating func encode(_ value: UInt64) throws { encodeUnsigned(value) }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    node.content = .value(try TreeEncoder(codingPath: codingPath).box(value))
  }

  private func encodeSigned(_ value: some FixedWidthInteger) {
    let wide = Int64(value)
    node.content = .value(wide < 0 ? .negative(UInt64(~wide)) : .unsigned(UInt64(wide)))
  }

  private func encodeUnsigned(_ value: some FixedWidthInteger) {
    node.content = .value(.unsigned(UInt64(value)))
  }
}
