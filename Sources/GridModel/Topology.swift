/// A grid with its assets and the segments it is cut into: the document, read and checked.
///
/// Values carry the units of their names. References resolve: every bus that an element names is
/// here, or in `foreignBuses`. Lists keep the order of the document.
public struct Topology: Sendable, Codable, Equatable {
  public var name: String
  public var title = ""
  public var source = ""
  public var power_MVA = 100.0
  public var frequency_Hz = 50.0
  public var time = TwinTime()
  public var weather = Weather()

  public var buses: [Bus] = []
  public var sources: [Source] = []
  public var lines: [Line] = []
  public var branches: [Branch] = []
  public var transformers: [Transformer] = []
  public var switches: [Switch] = []
  public var loads: [Load] = []
  public var generators: [Generator] = []
  public var photovoltaics: [Photovoltaic] = []
  public var windTurbines: [WindTurbine] = []
  public var batteries: [Battery] = []
  public var shunts: [Shunt] = []
  public var profiles: [Profile] = []

  public var segments: [SegmentPlan] = []
  public var placement: [Placement] = []

  /// How set-points are found; by profiles and schedules where it is absent.
  public var balancing: BalancingPlan?

  /// In a slice of a topology: the far ends of its ties. Their assets are not here.
  public var foreignBuses: [Bus] = []

  public init(name: String) { self.name = name }
}
