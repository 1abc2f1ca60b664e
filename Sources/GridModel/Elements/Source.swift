/// A connection to a stronger grid that holds voltage and angle at its bus. Injection counts positive.
public struct Source: Asset {
  public static let kind = ElementKind.source

  public let id: Name<Source>
  public var bus: Bus.ID
  public var v_pu: Double = 1
  public var angle_deg: Double = 0
  /// Which source or generator becomes the reference when several could: the largest weight, then id.
  public var slackWeight: Double = 1
  public var shortCircuit_MVA: Double? = nil
  public var r_over_x: Double? = nil
  public var inService = true
  public var labels = Labels()

  public init(id: Name<Source>, bus: Bus.ID) {
    self.id = id
    self.bus = bus
  }
}
