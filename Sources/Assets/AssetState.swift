import GridModel

/// What one asset carries from tick to tick. Assets that are not listed carry nothing.
public struct AssetState: Sendable, Codable, Equatable {
  public let asset: ElementReference
  /// Stored, from zero to the energy that the battery can hold.
  public var energy_MWh: Double

  public init(asset: ElementReference, energy_MWh: Double) {
    self.asset = asset
    self.energy_MWh = energy_MWh
  }
}
