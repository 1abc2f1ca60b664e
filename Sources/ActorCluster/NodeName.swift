import WireCodec

/// The name of a process of the cluster: `north`.
///
/// Names are equal if their bytes are: Swift's texts are equal also when they only mean the same letters.
public struct NodeName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name as written.
  public let rawValue: String

  /// Takes any text; it is percent-encoded where the wire needs that.
  public init(_ rawValue: String) { self.rawValue = rawValue }

  public init(stringLiteral value: String) { rawValue = value }

  public var description: String { rawValue }

  public static func == (left: NodeName, right: NodeName) -> Bool {
    left.rawValue == right.rawValue && left.rawValue.utf8.elementsEqual(right.rawValue.utf8)
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension NodeName: Comparable {
  public static func < (left: NodeName, right: NodeName) -> Bool { left.rawValue < right.rawValue }
}

extension NodeName: Codable, WireCodable {
  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  public func encode(into writer: inout CBORWriter) { writer.write(text: rawValue) }

  public init(from reader: inout CBORReader) throws(CBORError) { rawValue = try reader.readText() }
}
