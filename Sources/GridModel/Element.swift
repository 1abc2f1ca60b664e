/// What every element of a topology has.
public protocol Element: Sendable, Codable, Equatable, Identifiable where ID == Name<Self> {
  static var kind: ElementKind { get }
  var id: Name<Self> { get }

  /// An element out of service is read and listed, and takes no part in any solve.
  var inService: Bool { get set }

  /// A title and the names that other systems use; they carry no meaning here.
  var labels: Labels { get set }
}

extension Element {
  /// This element as a reference of any kind.
  public var reference: ElementReference { ElementReference(Self.kind, id.text) }
}

/// A title and the names that other systems use for an element.
public struct Labels: Sendable, Codable, Equatable {
  public var name: String?
  public var externalIds: [String: String] = [:]

  public init() {}
}

/// An element that stands at one bus and injects or consumes power there.
public protocol Asset: Element {
  var bus: Bus.ID { get }
}

/// An element that joins two buses and carries power between them.
public protocol BranchElement: Element {
  var from: Bus.ID { get }
  var to: Bus.ID { get }
}
