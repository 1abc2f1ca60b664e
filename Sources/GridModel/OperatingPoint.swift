/// What every asset of a topology does at one moment, before the network is solved.
///
/// Each list has the shape of the topology's list of that kind, in the document's order; the sign
/// is the kind's own, consumption positive for loads and injection positive for the rest. An asset
/// out of service has zero. Reactive power of a generator that holds its voltage, and both powers
/// of a source, are answers of the solve and not here.
public struct OperatingPoint: Sendable, Equatable {
  public struct Power: Sendable, Equatable {
    public var p_MW: Double
    public var q_Mvar: Double

    public init(p_MW: Double, q_Mvar: Double) {
      self.p_MW = p_MW
      self.q_Mvar = q_Mvar
    }

    public static let zero = Power(p_MW: 0, q_Mvar: 0)
  }

  public var loads: [Power]
  public var generators: [Power]
  public var photovoltaics: [Power]
  public var windTurbines: [Power]
  public var batteries: [Power]

  public init(
    loads: [Power], generators: [Power], photovoltaics: [Power], windTurbines: [Power],
    batteries: [Power]
  ) {
    self.loads = loads
    self.generators = generators
    self.photovoltaics = photovoltaics
    self.windTurbines = windTurbines
    self.batteries = batteries
  }

  /// The powers as the document writes them, at no particular time.
  public init(asWrittenIn topology: Topology) {
    func powers<A: Asset>(_ assets: [A], _ power: (A) -> Power) -> [Power] {
      assets.map { $0.inService ? power($0) : .zero }
    }
    loads = powers(topology.loads) { Power(p_MW: $0.p_MW, q_Mvar: $0.q_Mvar) }
    generators = powers(topology.generators) { Power(p_MW: $0.p_MW, q_Mvar: $0.q_Mvar) }
    photovoltaics = powers(topology.photovoltaics) { plant in
      Power(p_MW: plant.p_MW, q_Mvar: plant.reactiveRatio.map { $0 * plant.p_MW } ?? plant.q_Mvar)
    }
    windTurbines = powers(topology.windTurbines) { Power(p_MW: $0.p_MW, q_Mvar: $0.q_Mvar) }
    batteries = powers(topology.batteries) { Power(p_MW: $0.p_MW, q_Mvar: $0.q_Mvar) }
  }
}
