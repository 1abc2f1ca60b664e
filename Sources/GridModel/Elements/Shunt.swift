/// A fixed shunt, at nominal voltage: g consumes active power, b > 0 injects reactive power.
public struct Shunt: Asset {
  public static let kind = ElementKind.shunt

  public let id: Name<Shunt>
  public var bus: Bus.ID
  public var g_MW: Double = 0
  public var b_Mvar: Double = 0
  public var inService = true
  public var labels = Labels()

  public init(id: Name<Shunt>, bus: Bus.ID) {
    self.id = id
    self.bus = bus
  }
}
