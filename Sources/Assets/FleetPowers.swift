/// The powers of a fleet at one time, by kind, each list in the document's order.
public struct FleetPowers: Sendable, Equatable {
  public var loads: [AssetPower] = []
  public var generators: [AssetPower] = []
  public var photovoltaics: [AssetPower] = []
  public var windTurbines: [AssetPower] = []
  public var batteries: [AssetPower] = []

  public init(
    loads: [AssetPower] = [], generators: [AssetPower] = [], photovoltaics: [AssetPower] = [],
    windTurbines: [AssetPower] = [], batteries: [AssetPower] = []
  ) {
    self.loads = loads
    self.generators = generators
    self.photovoltaics = photovoltaics
    self.windTurbines = windTurbines
    self.batteries = batteries
  }

  /// All of them, kind by kind.
  public var all: [AssetPower] {
    loads + generators + photovoltaics + windTurbines + batteries
  }

  /// Consumed.
  public var load_MW: Double { loads.total_MW }
  /// Injected, as set; a reference adds what the network needs.
  public var generators_MW: Double { generators.total_MW }
  /// Injected.
  public var photovoltaics_MW: Double { photovoltaics.total_MW }
  /// Injected.
  public var wind_MW: Double { windTurbines.total_MW }
  /// Injected; negative while batteries charge.
  public var storage_MW: Double { batteries.total_MW }
}

extension [AssetPower] {
  fileprivate var total_MW: Double { reduce(0) { $0 + $1.p_MW } }
}
