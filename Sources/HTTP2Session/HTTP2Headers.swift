#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The header fields of a message, in the order in which they were added or arrived.
///
/// Names are lower case, as HTTP/2 wants them; looking one up compares bytes. Pseudo-headers
/// (`:path` and the like) are not in here.
public struct HTTP2Headers: Sendable, Equatable {
  /// One header field.
  public struct Field: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The fields one after another, each as the lengths of its name and its value in four bytes, the name
  /// and the value. One array, since most messages' headers are made and dropped again at once.
  package private(set) var bytes: [UInt8] = []
  package private(set) var count = 0

  public init(_ fields: [Field] = []) {
    for field in fields { append(name: field.name, value: field.value) }
  }

  /// Makes room for as much as one of our calls carries.
  package mutating func reserveForCall() { bytes.reserveCapacity(512) }

  /// All fields; a name may occur more than once.
  public var fields: [Field] {
    var fields: [Field] = []
    forEachField { name, value in
      fields.append(
        Field(
          name: String(decoding: bytes[name], as: UTF8.self),
          value: String(decoding: bytes[value], as: UTF8.self)))
      return true
    }
    return fields
  }

  /// The value of the first field with this name, or nil.
  ///
  /// - Parameter name: lower case.
  public subscript(name: String) -> String? {
    var name = name
    let range = name.withUTF8 { self.range(of: UnsafeRawBufferPointer($0)) }
    return range.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// Where the value of the first field with this name is in `bytes`.
  package func range(of name: StaticString) -> Range<Int>? {
    range(of: UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }

  private func range(of name: UnsafeRawBufferPointer) -> Range<Int>? {
    var found: Range<Int>?
    bytes.withUnsafeBytes { bytes in
      forEachField { range, value in
        guard range.count == name.count,
          name.count == 0
            || memcmp(bytes.baseAddress! + range.lowerBound, name.baseAddress!, name.count) == 0
        else { return true }
        found = value
        return false
      }
    }
    return found
  }

  /// Goes through the fields, as places in `bytes`, until `body` says false.
  @inline(__always)
  func forEachField(_ body: (_ name: Range<Int>, _ value: Range<Int>) -> Bool) {
    bytes.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let name = start + Self.lengthBytes
        let value = name + Int(bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
        start = value + Int(bytes.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self))
        guard body(name..<value, value..<start) else { return }
      }
    }
  }

  private static let lengthBytes = 8

  /// Adds a field after the others.
  ///
  /// - Parameters:
  ///   - name: lower case; a peer refuses a message with an upper-case letter here.
  ///   - value: printable text without line breaks.
  public mutating func append(name: String, value: String) {
    append(name: name.utf8, value: value.utf8)
  }

  @inline(__always)
  mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
    let lengths = (UInt32(name.count), UInt32(value.count))
    withUnsafeBytes(of: lengths) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: name)
    bytes.append(contentsOf: value)
    count += 1
  }

  mutating func append(contentsOf other: HTTP2Headers) {
    bytes.append(contentsOf: other.bytes)
    count += other.count
  }

  /// Forgets all fields and keeps the memory.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    count = 0
  }
}

extension HTTP2Headers: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { Field(name: $0.0, value: $0.1) })
  }
}
