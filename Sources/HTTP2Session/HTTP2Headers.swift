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

  /// All names and values one after another, as they cross the wire.
  package private(set) var bytes: [UInt8] = []
  /// Where each name and each value ends in `bytes`, alternating.
  package private(set) var ends: [Int] = []

  public init(_ fields: [Field] = []) {
    for field in fields { append(name: field.name, value: field.value) }
  }

  /// Makes room for as much as one of our calls carries.
  package mutating func reserveForCall() {
    bytes.reserveCapacity(256)
    ends.reserveCapacity(16)
  }

  /// All fields; a name may occur more than once.
  public var fields: [Field] {
    stride(from: 0, to: ends.count, by: 2).map { name in
      Field(
        name: String(decoding: bytes[start(of: name)..<ends[name]], as: UTF8.self),
        value: String(decoding: bytes[ends[name]..<ends[name + 1]], as: UTF8.self))
    }
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
    bytes.withUnsafeBytes { bytes in
      var start = 0
      for index in stride(from: 0, to: ends.count, by: 2) {
        let end = ends[index]
        if end - start == name.count,
          name.count == 0 || memcmp(bytes.baseAddress! + start, name.baseAddress!, name.count) == 0
        {
          return end..<ends[index + 1]
        }
        start = ends[index + 1]
      }
      return nil
    }
  }

  private func start(of part: Int) -> Int { part == 0 ? 0 : ends[part - 1] }

  /// Adds a field after the others.
  ///
  /// - Parameters:
  ///   - name: lower case; a peer refuses a message with an upper-case letter here.
  ///   - value: printable text without line breaks.
  public mutating func append(name: String, value: String) {
    append(name: name.utf8, value: value.utf8)
  }

  mutating func append(name: some Sequence<UInt8>, value: some Sequence<UInt8>) {
    bytes.append(contentsOf: name)
    ends.append(bytes.count)
    bytes.append(contentsOf: value)
    ends.append(bytes.count)
  }
}

extension HTTP2Headers: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { Field(name: $0.0, value: $0.1) })
  }
}
