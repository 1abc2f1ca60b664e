/// Any CBOR data item as a tree, for types that are only `Codable` and for people who read messages.
public enum CBORValue: Sendable, Equatable {
  /// An integer from 0.
  case unsigned(UInt64)
  /// The integer -1 - n.
  case negative(UInt64)
  /// A floating-point number; compares by bits, so that a NaN equals itself.
  case double(bitPattern: UInt64)
  /// True or false.
  case bool(Bool)
  /// Null.
  case null
  /// Undefined, or another simple value.
  case simple(UInt8)
  /// A byte string.
  case bytes([UInt8])
  /// A text string.
  case text(String)
  /// A list of items.
  case array([CBORValue])
  /// Pairs in the order written.
  case map([Pair])
  /// An item with a tag.
  indirect case tagged(UInt64, CBORValue)

  /// A key with its value.
  public struct Pair: Sendable, Equatable {
    /// The key, any item.
    public var key: CBORValue
    /// The value, any item.
    public var value: CBORValue

    /// Joins a key and a value.
    public init(_ key: CBORValue, _ value: CBORValue) {
      self.key = key
      self.value = value
    }
  }
}

extension CBORValue: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    switch self {
    case .unsigned(let value): writer.write(unsigned: value)
    case .negative(let value): writer.writeHead(.negative, value)
    case .double(let bits): writer.write(double: Double(bitPattern: bits))
    case .bool(let value): writer.write(bool: value)
    case .null: writer.writeNull()
    case .simple(let value): writer.writeHead(.simple, UInt64(value))
    case .bytes(let value): writer.write(bytes: value)
    case .text(let value): writer.write(text: value)
    case .array(let items):
      writer.beginArray(count: items.count)
      for item in items { item.encode(into: &writer) }
    case .map(let pairs):
      writer.beginMap(count: pairs.count)
      for pair in pairs {
        pair.key.encode(into: &writer)
        pair.value.encode(into: &writer)
      }
    case .tagged(let tag, let value):
      writer.write(tag: tag)
      value.encode(into: &writer)
    }
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    let head = try reader.peekHead()
    switch head.major {
    case .unsigned: self = .unsigned(try reader.readHead().argument)
    case .negative: self = .negative(try reader.readHead().argument)
    case .bytes: self = .bytes(try reader.readBytes())
    case .text: self = .text(try reader.readText())
    case .array:
      self = .array(
        try reader.readArray { reader throws(CBORError) in try CBORValue(from: &reader) })
    case .map:
      var entries = try reader.beginEntries()
      var pairs: [Pair] = []
      while try reader.next(in: &entries) {
        let key = try CBORValue(from: &reader)
        pairs.append(Pair(key, try CBORValue(from: &reader)))
      }
      self = .map(pairs)
    case .tag:
      let (tag, value) = try reader.readTagged { reader throws(CBORError) in
        try CBORValue(from: &reader)
      }
      self = .tagged(tag, value)
    case .simple:
      switch head.info {
      case 20, 21: self = .bool(try reader.readBool())
      case 22:
        _ = try reader.readHead()
        self = .null
      case 25...27: self = .double(bitPattern: try reader.readDouble().bitPattern)
      default: self = .simple(UInt8(truncatingIfNeeded: try reader.readHead().argument))
      }
    }
  }
}

/// Diagnostic notation (RFC 8949, section 8).
extension CBORValue: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unsigned(let value): return "\(value)"
    case .negative(let value): return value == .max ? "-18446744073709551616" : "-\(value + 1)"
    case .double(let bits): return Self.describe(Double(bitPattern: bits))
    case .bool(let value): return "\(value)"
    case .null: return "null"
    case .simple(23): return "undefined"
    case .simple(let value): return "simple(\(value))"
    case .bytes(let value): return "h'\(value.map(Self.hexadecimal).joined())'"
    case .text(let value): return Self.quote(value)
    case .array(let items): return "[\(items.map(\.description).joined(separator: ", "))]"
    case .map(let pairs):
      return "{\(pairs.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    case .tagged(let tag, let value): return "\(tag)(\(value))"
    }
  }

  private static func describe(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return "\(value)"
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private static func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      default:
        if scalar.value < 32 {
          quoted += "\\u00" + hexadecimal(UInt8(scalar.value))
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}
