/// A point of the grid at one voltage, where elements meet.
public struct Bus: Element {
  public static let kind = ElementKind.bus

  public let id: Name<Bus>
  /// Line-to-line. The base of every voltage at this bus.
  /// Zero means unknown (MATPOWER files): powers are right, currents are not reported.
  public var nominalVoltage_kV: Double
  /// The band in which the voltage should stay, in per unit of the nominal voltage.
  public var limits_pu: ClosedRange<Double>? = nil
  /// What the document groups buses by, for example to plan or to balance.
  public var area: String? = nil
  public var zone: String? = nil
  /// Where the bus stands.
  public var coordinates: Coordinates? = nil
  /// Where a solve begins, if the document says so; otherwise flat.
  public var start: BusStart? = nil
  public var inService = true
  public var labels = Labels()

  public init(id: Name<Bus>, nominalVoltage_kV: Double) {
    self.id = id
    self.nominalVoltage_kV = nominalVoltage_kV
  }

  /// A place on the globe, written `[longitude, latitude]`.
  public struct Coordinates: Sendable, Codable, Equatable {
    public var longitude_deg: Double
    public var latitude_deg: Double

    public init(longitude_deg: Double, latitude_deg: Double) {
      self.longitude_deg = longitude_deg
      self.latitude_deg = latitude_deg
    }
  }

  /// A voltage from which a solve begins.
  public struct BusStart: Sendable, Codable, Equatable {
    public var v_pu: Double
    /// Where a grid without load has it, if absent.
    public var angle_deg: Double?

    public init(v_pu: Double, angle_deg: Double? = nil) {
      self.v_pu = v_pu
      self.angle_deg = angle_deg
    }
  }
}
