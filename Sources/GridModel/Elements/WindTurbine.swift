/// A wind turbine. Injection counts positive.
public struct WindTurbine: Asset {
  public static let kind = ElementKind.windTurbine

  public let id: Name<WindTurbine>
  public var bus: Bus.ID
  /// As written when no time is asked for.
  public var p_MW: Double = 0
  public var q_Mvar: Double = 0
  public var rating_kVA: Double? = nil
  /// Replaces the wind of the twin's weather.
  public var profile: Profile.ID? = nil
  public var inService = true
  public var labels = Labels()

  public init(id: Name<WindTurbine>, bus: Bus.ID) {
    self.id = id
    self.bus = bus
  }
}
