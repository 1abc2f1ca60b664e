import GridModel

/// The power of one asset, with the sign of its kind: loads count consumption positive, all others
/// injection.
///
/// A load's power is that at nominal voltage.
public struct AssetPower: Sendable, Equatable {
  public let asset: ElementReference
  public let bus: Bus.ID
  public var p_MW: Double
  public var q_Mvar: Double

  public init(_ asset: some Asset, p_MW: Double, q_Mvar: Double) {
    self.asset = asset.reference
    self.bus = asset.bus
    self.p_MW = p_MW
    self.q_Mvar = q_Mvar
  }

  /// Positive into the network.
  public var injected_MW: Double { asset.kind == .load ? -p_MW : p_MW }

  /// Positive into the network.
  public var injected_Mvar: Double { asset.kind == .load ? -q_Mvar : q_Mvar }
}
