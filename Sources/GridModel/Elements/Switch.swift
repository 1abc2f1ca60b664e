/// A switch: at one end of a branch element, or between two buses, which it fuses when closed.
public struct Switch: Element {
  public static let kind = ElementKind.switch

  public let id: Name<Switch>
  public var place: Place
  public var deviceKind: DeviceKind = .breaker
  public var closed: Bool = true
  /// Whether it can be operated from afar.
  public var remote: Bool = false
  public var inService = true
  public var labels = Labels()

  public init(id: Name<Switch>, place: Place) {
    self.id = id
    self.place = place
  }

  public enum Place: Sendable, Codable, Equatable {
    /// At one end of a line, branch or transformer (whose from end is the high-voltage one).
    case end(of: ElementReference, End)
    case between(Bus.ID, Bus.ID)
  }

  public enum End: String, Sendable, Codable, CaseIterable { case from, to }

  public enum DeviceKind: String, Sendable, Codable, CaseIterable {
    case breaker, loadBreak, disconnector, fuse
  }
}
