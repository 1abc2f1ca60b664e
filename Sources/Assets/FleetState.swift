import GridModel

/// What a fleet carries from tick to tick: the energy of every battery, in the document's order.
public struct FleetState: Sendable, Codable, Equatable {
  public var assets: [AssetState]

  public init(assets: [AssetState]) { self.assets = assets }
}
