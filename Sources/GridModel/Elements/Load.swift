/// A consumer. Consumption counts positive.
public struct Load: Asset {
  public static let kind = ElementKind.load

  public let id: Name<Load>
  public var bus: Bus.ID
  public var p_MW: Double = 0
  public var q_Mvar: Double = 0
  /// How the power follows the voltage; constant power if absent.
  public var zip: VoltageDependence? = nil
  public var customers: Int = 0
  /// Scales both powers over time; as written if absent.
  public var profile: Profile.ID? = nil
  public var inService = true
  public var labels = Labels()

  public init(id: Name<Load>, bus: Bus.ID) {
    self.id = id
    self.bus = bus
  }

  /// Shares of constant impedance, constant current and constant power, P(V) = P (z V² + i V + p),
  /// with V in per unit; each triple sums to 1.
  public struct VoltageDependence: Sendable, Codable, Equatable {
    public struct Shares: Sendable, Codable, Equatable {
      public var impedance: Double
      public var current: Double
      public var power: Double

      public init(impedance: Double, current: Double, power: Double) {
        self.impedance = impedance
        self.current = current
        self.power = power
      }

      public static let constantPower = Shares(impedance: 0, current: 0, power: 1)
    }

    public var p: Shares
    public var q: Shares

    public init(p: Shares, q: Shares) {
      self.p = p
      self.q = q
    }
  }
}
