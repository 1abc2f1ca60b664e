import GridModel

/// The answer of a power flow in the words and units of the document.
///
/// Of a whole grid, or of one segment: then the buses are its own, and of the ties it has those
/// that it counts.
public struct FlowReport: Sendable, Equatable {
  public struct BusResult: Sendable, Equatable {
    public var bus: Bus.ID
    /// `nil` where the bus is dark.
    public var v_pu: Double?
    /// `nil` where the bus is dark or its nominal voltage unknown.
    public var v_kV: Double?
    public var angle_deg: Double?
    /// Net injection: what sources and generators bring less what loads take; shunts are apart.
    public var p_MW: Double
    public var q_Mvar: Double
    public var role: String
    /// Counted from 1; `nil` where the bus is dark.
    public var island: Int?
    /// Whether the document's voltage limits hold; `nil` without limits.
    public var isWithinLimits: Bool?
    public var isEnergised: Bool { island != nil }
  }

  public struct BranchResult: Sendable, Equatable {
    public var branch: ElementReference
    public var from: Bus.ID
    public var to: Bus.ID
    public var isEnergised: Bool
    /// Powers enter the branch at both ends.
    public var pFrom_MW: Double
    public var qFrom_Mvar: Double
    public var pTo_MW: Double
    public var qTo_Mvar: Double
    /// The larger of both ends; `nil` without a known nominal voltage.
    public var current_kA: Double?
    /// Current over rating at the worse end; `nil` without a rating.
    public var loading_pct: Double?
  }

  public var buses: [BusResult]
  public var branches: [BranchResult]
  public var totals: FlowTotals

  /// Below this no grid is run, and a false root of the equations is likelier than a true one; the
  /// lowest correct answers of published cases are at 0.55 pu.
  private static let collapse_pu = 0.5

  /// The lowest bus, if its voltage is so low that the solution may be a false one.
  public var collapsedBus: BusResult? {
    buses.filter { ($0.v_pu ?? 1) < Self.collapse_pu }.min { $0.v_pu! < $1.v_pu! }
  }
}

/// Sums over a grid or a segment.
///
/// generation + storage + import = load + shunts + losses, for active power.
public struct FlowTotals: Sendable, Equatable, Codable {
  /// Served, at the solved voltages.
  public var load_MW = 0.0
  public var load_Mvar = 0.0
  /// Generators, photovoltaics and wind turbines.
  public var generation_MW = 0.0
  public var generation_Mvar = 0.0
  public var photovoltaic_MW = 0.0
  public var wind_MW = 0.0
  /// Batteries, positive when they discharge.
  public var storage_MW = 0.0
  public var storage_Mvar = 0.0
  /// Sources.
  public var import_MW = 0.0
  public var import_Mvar = 0.0
  /// Consumed by shunts.
  public var shunt_MW = 0.0
  /// Injected by shunts.
  public var shunt_Mvar = 0.0
  public var lineLosses_MW = 0.0
  public var transformerLosses_MW = 0.0
  public var losses_Mvar = 0.0
  /// Load at dark buses, which nobody serves.
  public var unserved_MW = 0.0

  public var losses_MW: Double { lineLosses_MW + transformerLosses_MW }

  public init() {}

  public static func += (a: inout FlowTotals, b: FlowTotals) {
    a.load_MW += b.load_MW
    a.load_Mvar += b.load_Mvar
    a.generation_MW += b.generation_MW
    a.generation_Mvar += b.generation_Mvar
    a.photovoltaic_MW += b.photovoltaic_MW
    a.wind_MW += b.wind_MW
    a.storage_MW += b.storage_MW
    a.storage_Mvar += b.storage_Mvar
    a.import_MW += b.import_MW
    a.import_Mvar += b.import_Mvar
    a.shunt_MW += b.shunt_MW
    a.shunt_Mvar += b.shunt_Mvar
    a.lineLosses_MW += b.lineLosses_MW
    a.transformerLosses_MW += b.transformerLosses_MW
    a.losses_Mvar += b.losses_Mvar
    a.unserved_MW += b.unserved_MW
  }
}
