/// A branch in MATPOWER's direct form, per unit on the topology's base.
public struct Branch: BranchElement {
  public static let kind = ElementKind.branch

  public let id: Name<Branch>
  /// The tap stands at this end.
  public var from: Bus.ID
  public var to: Bus.ID
  public var r_pu: Double
  public var x_pu: Double
  /// Total charging susceptance, half at each end.
  public var b_pu: Double = 0
  /// Ratio of the ideal transformer at the from end.
  public var tap: Double = 1
  /// The to end lags by this angle.
  public var shift_deg: Double = 0
  /// At nominal voltage: loading is current over rating / (√3 V).
  public var rating_MVA: Double? = nil
  /// The band in which the from end's voltage may lead the to end's; an optimal flow keeps it.
  public var angleLimits_deg: ClosedRange<Double>? = nil
  public var inService = true
  public var labels = Labels()

  public init(id: Name<Branch>, from: Bus.ID, to: Bus.ID, r_pu: Double, x_pu: Double) {
    self.id = id
    self.from = from
    self.to = to
    self.r_pu = r_pu
    self.x_pu = x_pu
  }
}
