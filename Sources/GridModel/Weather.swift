/// The weather of the twin's day: what disturbs a clear sky and a steady wind.
///
/// A front crosses the grid in a straight line, so that plants far apart feel it at different
/// ticks. Its place is known from the time alone; every segment computes the same weather.
public struct Weather: Sendable, Codable, Equatable {
  /// Where fronts are timed, and where plants stand whose bus has no coordinates.
  public var origin = Bus.Coordinates(longitude_deg: 10, latitude_deg: 50)
  public var windSpeed_m_per_s = 7.0
  public var cloudFronts: [CloudFront] = []
  public var gusts: [Gust] = []

  public init() {}

  /// A band of cloud that crosses the grid.
  public struct CloudFront: Sendable, Codable, Equatable {
    /// When the band's leading edge passes the weather's origin, seconds of the day.
    public var at_s: Int64
    /// The direction in which the front moves, clockwise from north.
    public var heading_deg: Double
    public var speed_km_per_h: Double
    public var width_km: Double
    /// The share of sunlight that is taken away under the band, 0 to 1.
    public var depth: Double

    public init(
      at_s: Int64, heading_deg: Double, speed_km_per_h: Double, width_km: Double, depth: Double
    ) {
      self.at_s = at_s
      self.heading_deg = heading_deg
      self.speed_km_per_h = speed_km_per_h
      self.width_km = width_km
      self.depth = depth
    }
  }

  /// A rise of the wind that is felt everywhere at once.
  public struct Gust: Sendable, Codable, Equatable {
    /// Seconds of the day.
    public var at_s: Int64
    public var duration_s: Int64
    /// Added to the wind speed at the gust's height.
    public var rise_m_per_s: Double

    public init(at_s: Int64, duration_s: Int64, rise_m_per_s: Double) {
      self.at_s = at_s
      self.duration_s = duration_s
      self.rise_m_per_s = rise_m_per_s
    }
  }
}
