/// A two-winding transformer, from its name plate.
public struct Transformer: BranchElement {
  public static let kind = ElementKind.transformer

  public let id: Name<Transformer>
  public var hv: Bus.ID
  public var lv: Bus.ID
  public var rating_MVA: Double
  /// Rated voltage of the high-voltage winding.
  public var vHv_kV: Double
  /// Rated voltage of the low-voltage winding.
  public var vLv_kV: Double
  /// Short-circuit voltage.
  public var vk_pct: Double
  /// Its real part, from the copper losses.
  public var vkr_pct: Double
  public var ironLoss_kW: Double = 0
  /// No-load current.
  public var noLoad_pct: Double = 0
  /// Vector group: the low-voltage side lags by 30° for each hour.
  public var clock: Int = 0
  public var tap: TapChanger? = nil
  /// Equal units side by side.
  public var parallel: Int = 1
  public var inService = true
  public var labels = Labels()

  public init(
    id: Name<Transformer>, hv: Bus.ID, lv: Bus.ID, rating_MVA: Double, vHv_kV: Double,
    vLv_kV: Double, vk_pct: Double, vkr_pct: Double
  ) {
    self.id = id
    self.hv = hv
    self.lv = lv
    self.rating_MVA = rating_MVA
    self.vHv_kV = vHv_kV
    self.vLv_kV = vLv_kV
    self.vk_pct = vk_pct
    self.vkr_pct = vkr_pct
  }

  public var from: Bus.ID { hv }
  public var to: Bus.ID { lv }

  /// A changer that scales the rated voltage of one winding by steps.
  public struct TapChanger: Sendable, Codable, Equatable {
    public enum Side: String, Sendable, Codable, CaseIterable { case hv, lv }

    public var side: Side
    public var neutral: Int
    public var min: Int
    public var max: Int
    public var step_pct: Double
    public var position: Int

    public init(side: Side, neutral: Int, min: Int, max: Int, step_pct: Double, position: Int) {
      self.side = side
      self.neutral = neutral
      self.min = min
      self.max = max
      self.step_pct = step_pct
      self.position = position
    }

    /// The factor on the winding's rated voltage at the present position.
    public var factor: Double { 1 + Double(position - neutral) * step_pct / 100 }
  }
}
