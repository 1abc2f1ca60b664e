/// The name of one element as written in the document: text that lasts, unique within its kind.
///
/// A position in one solve's arrays is something else and has a type of its own.
public struct Name<Element>: Sendable, Hashable, Comparable, Codable, ExpressibleByStringLiteral {
  public let text: String

  public init(_ text: String) { self.text = text }
  public init(stringLiteral text: String) { self.text = text }

  public init(from decoder: any Decoder) throws {
    text = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  public static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

extension Name: CustomStringConvertible {
  public var description: String { text }
}
