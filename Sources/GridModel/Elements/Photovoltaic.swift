/// A photovoltaic plant. Injection counts positive.
public struct Photovoltaic: Asset {
  public static let kind = ElementKind.photovoltaic

  public let id: Name<Photovoltaic>
  public var bus: Bus.ID
  /// In full sun, without a profile; as written when no time is asked for.
  public var p_MW: Double = 0
  public var q_Mvar: Double = 0
  public var rating_kVA: Double? = nil
  public var tilt_deg: Double? = nil
  public var azimuth_deg: Double? = nil
  /// Fixed power factor, positive injecting reactive power; replaces q_Mvar.
  public var powerFactor: Double? = nil
  /// Replaces the sun of the twin's weather.
  public var profile: Profile.ID? = nil
  public var inService = true
  public var labels = Labels()

  public init(id: Name<Photovoltaic>, bus: Bus.ID) {
    self.id = id
    self.bus = bus
  }

  /// Mvar injected for each MW under a fixed power factor, the tangent of its angle; `nil` without.
  public var reactiveRatio: Double? {
    powerFactor.map { (1 - $0 * $0).squareRoot() / $0 }
  }
}
