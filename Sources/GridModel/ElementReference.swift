/// A reference to an element of any kind, written `line:6-7`.
public struct ElementReference: Sendable, Hashable, Codable, Comparable {
  public let kind: ElementKind
  public let id: String

  public init(_ kind: ElementKind, _ id: String) {
    self.kind = kind
    self.id = id
  }

  public static func < (a: Self, b: Self) -> Bool { (a.kind, a.id) < (b.kind, b.id) }
}

extension ElementReference: CustomStringConvertible {
  public var description: String { "\(kind.rawValue):\(id)" }
}
