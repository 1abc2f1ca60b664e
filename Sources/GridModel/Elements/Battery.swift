/// A battery. Injection counts positive, charging negative.
public struct Battery: Asset {
  public static let kind = ElementKind.battery

  public let id: Name<Battery>
  public var bus: Bus.ID
  /// As written when no time is asked for.
  public var p_MW: Double = 0
  public var q_Mvar: Double = 0
  /// The energy that it can hold.
  public var energy_MWh: Double
  /// State of charge at the start, in per cent of the energy that it can hold.
  public var soc_pct: Double = 50
  /// Charging limit (negative) to discharging limit.
  public var pLimits_MW: ClosedRange<Double>
  /// Of a full cycle; half the loss is taken on the way in, half on the way out.
  public var efficiency_pct: Double = 100
  /// What it is asked to do over the day; it stops when full or empty.
  public var schedule: [ScheduleEntry] = []
  public var inService = true
  public var labels = Labels()

  public init(id: Name<Battery>, bus: Bus.ID, energy_MWh: Double, pLimits_MW: ClosedRange<Double>) {
    self.id = id
    self.bus = bus
    self.energy_MWh = energy_MWh
    self.pLimits_MW = pLimits_MW
  }

  /// A set-point for a part of every day.
  public struct ScheduleEntry: Sendable, Codable, Equatable {
    /// Seconds of the day; the entry holds from `from` up to, not including, `until`.
    public var from_s: Int64
    public var until_s: Int64
    public var p_MW: Double

    public init(from_s: Int64, until_s: Int64, p_MW: Double) {
      self.from_s = from_s
      self.until_s = until_s
      self.p_MW = p_MW
    }
  }
}
