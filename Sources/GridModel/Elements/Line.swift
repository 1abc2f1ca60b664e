/// A line or cable, given by its length and the values of its type per kilometre.
public struct Line: BranchElement {
  public static let kind = ElementKind.line

  public let id: Name<Line>
  public var from: Bus.ID
  public var to: Bus.ID
  public var length_km: Double
  public var r_ohm_per_km: Double
  public var x_ohm_per_km: Double
  /// Between phase and ground, positive sequence.
  public var c_nF_per_km: Double = 0
  /// Equal circuits side by side.
  public var parallel: Int = 1
  /// Continuous, of one circuit.
  public var rating_A: Double? = nil
  /// For a short time, of one circuit.
  public var emergencyRating_A: Double? = nil
  public var inService = true
  public var labels = Labels()

  public init(
    id: Name<Line>, from: Bus.ID, to: Bus.ID, length_km: Double, r_ohm_per_km: Double,
    x_ohm_per_km: Double
  ) {
    self.id = id
    self.from = from
    self.to = to
    self.length_km = length_km
    self.r_ohm_per_km = r_ohm_per_km
    self.x_ohm_per_km = x_ohm_per_km
  }
}
