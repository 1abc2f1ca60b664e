/// The kinds of element that a topology holds, by the word that a reference uses: `line:6-7`.
public enum ElementKind: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  case bus, source, line, branch, transformer
  case `switch`
  case load, generator, photovoltaic, windTurbine, battery, shunt

  /// The key of the list in the document that holds this kind.
  public var listKey: String {
    switch self {
    case .bus: "buses"
    case .line: "lines"
    case .branch: "branches"
    case .switch: "switches"
    case .battery: "batteries"
    default: rawValue + "s"
    }
  }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
