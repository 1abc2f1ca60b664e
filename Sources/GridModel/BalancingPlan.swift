/// How a twin finds the set-points of a tick, and what each choice costs.
///
/// Prices are in the author's currency. What is not named here does what it does without balancing:
/// it follows its profile or schedule.
public struct BalancingPlan: Sendable, Codable, Equatable {
  public enum Algorithm: String, Sendable, Codable, CaseIterable {
    /// Profiles and schedules decide.
    case schedule
    /// Sums over a tree of segments: the cheapest dispatch of the tick alone, as if lines carried
    /// anything.
    case tree
    /// Neighbours agree on their ties: the cheapest dispatch of a horizon, within line limits.
    case admm
  }

  public var algorithm = Algorithm.schedule
  /// How far set-points look ahead, the tick itself included.
  public var horizon_steps: Int = 1
  /// Rounds after which set-points are taken as they are.
  public var maximumRounds: Int = 200
  /// Of each rating, what is kept free for what the linear model does not see.
  public var reserve_pct = 2.0
  /// What moving a MWh into or out of a battery costs.
  public var wear_per_MWh = 0.0
  public var imports: [ImportPrice] = []
  public var flexibleLoads: [FlexibleLoad] = []
  public var curtailable: [ElementKind] = []

  public init(_ algorithm: Algorithm = .schedule) { self.algorithm = algorithm }

  /// What can be curtailed at all.
  public static let curtailableKinds: [ElementKind] = [.photovoltaic, .windTurbine]

  /// What an hour of import through a source costs; export earns the same.
  public struct ImportPrice: Sendable, Codable, Equatable {
    public var source: Source.ID
    /// Of import in MW.
    public var cost: Generator.Cost
    /// Scales the cost over the day.
    public var profile: Profile.ID?

    public init(source: Source.ID, cost: Generator.Cost, profile: Profile.ID? = nil) {
      self.source = source
      self.cost = cost
      self.profile = profile
    }
  }

  /// A load that may draw other than its profile says.
  public struct FlexibleLoad: Sendable, Codable, Equatable {
    public var load: Load.ID
    public var way: Way

    public init(load: Load.ID, way: Way) {
      self.load = load
      self.way = way
    }
  }

  public enum Way: Sendable, Codable, Equatable {
    /// A share of what it draws moves within a part of every day; at its end the energy is as
    /// without.
    case shift(share_pct: Double, from_s: Int64, until_s: Int64)
    /// A share of what it draws is left away at a price.
    case shed(share_pct: Double, price_per_MWh: Double)
  }
}
