import GridModel

extension OperatingPoint {
  /// The powers of a fleet, put in their places in the topology it was built from. Assets that
  /// take no part have zero.
  public init(_ powers: FleetPowers, of topology: Topology) {
    func place<A: Asset>(_ powers: [AssetPower], among assets: [A]) -> [Power] {
      var rest = powers[...]
      return assets.map { asset in
        guard let next = rest.first, next.asset == asset.reference else { return .zero }
        rest.removeFirst()
        return Power(p_MW: next.p_MW, q_Mvar: next.q_Mvar)
      }
    }
    self.init(
      loads: place(powers.loads, among: topology.loads),
      generators: place(powers.generators, among: topology.generators),
      photovoltaics: place(powers.photovoltaics, among: topology.photovoltaics),
      windTurbines: place(powers.windTurbines, among: topology.windTurbines),
      batteries: place(powers.batteries, among: topology.batteries))
  }
}
