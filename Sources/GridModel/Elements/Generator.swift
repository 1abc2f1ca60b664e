/// A machine that holds the voltage of its bus, or a fixed injection. Injection counts positive.
public struct Generator: Asset {
  public static let kind = ElementKind.generator

  public let id: Name<Generator>
  public var bus: Bus.ID
  public var p_MW: Double = 0
  /// Where the reactive power starts, or what it is when the machine holds no voltage.
  public var q_Mvar: Double = 0
  /// Of several in-service generators at a bus, the last one written wins.
  public var v_pu: Double = 1
  /// Otherwise it injects p and q as written (MATPOWER's generator at a PQ bus).
  public var holdsVoltage: Bool = true
  public var pLimits_MW: ClosedRange<Double>? = nil
  public var qLimits_Mvar: ClosedRange<Double>? = nil
  /// Above zero, the generator can be the reference of an island without a source.
  public var slackWeight: Double = 0
  /// The angle it holds when it is the reference.
  public var angle_deg: Double = 0
  public var cost: Cost? = nil
  /// Scales the active power over time.
  public var profile: Profile.ID? = nil
  public var inService = true
  public var labels = Labels()

  public init(id: Name<Generator>, bus: Bus.ID) {
    self.id = id
    self.bus = bus
  }

  /// What running costs an hour, in the author's currency.
  public enum Cost: Sendable, Codable, Equatable {
    /// Coefficients of p in MW, the highest power first.
    case polynomial([Double])
    /// Straight lines between two or more points of rising power.
    case piecewise([CostPoint])
  }

  /// The cost of an hour at one power.
  public struct CostPoint: Sendable, Codable, Equatable {
    public var p_MW: Double
    public var cost: Double

    public init(p_MW: Double, cost: Double) {
      self.p_MW = p_MW
      self.cost = cost
    }
  }
}
