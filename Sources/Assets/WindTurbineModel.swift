import GridModel
import Quantities

/// A wind turbine over the day: wind speed, power curve and rating.
///
/// The rating is `rating_kVA` or the power as written, whichever is larger. A profile replaces the
/// wind and scales the power as written.
struct WindTurbineModel: Sendable {
  private let turbine: WindTurbine
  private let course: Profile.Course?
  private let weather: Weather
  private let random: KeyedRandom
  private let rating_MW: Double
  private let reactive: ReactiveShare

  init(turbine: WindTurbine, course: Profile.Course?, weather: Weather, seed: UInt64) {
    self.turbine = turbine
    self.course = course
    self.weather = weather
    random = KeyedRandom(seed: seed, asset: turbine.reference)
    rating_MW = max((turbine.rating_kVA ?? 0) / 1_000, turbine.p_MW)
    reactive = ReactiveShare(
      fixedRatio: nil, p_MW: turbine.p_MW, q_Mvar: turbine.q_Mvar, peak_MW: rating_MW)
  }

  func power(at instant: Timestamp) -> AssetPower {
    let p_MW =
      if let course {
        turbine.p_MW * course.factor(at: instant.secondOfDay)
      } else {
        rating_MW * WindPowerCurve.share(at: weather.windSpeed_m_per_s(at: instant, random))
      }
    return AssetPower(turbine, p_MW: p_MW, q_Mvar: reactive.q_Mvar(at: p_MW))
  }
}
