import GridModel
import Quantities

/// A photovoltaic plant over the day: sun, clouds and the power in full sun.
///
/// In full sun the plant gives its power as written or, when none is written, its rating; never
/// more than its rating. A profile replaces sun and clouds and scales the power as written.
struct PhotovoltaicModel: Sendable {
  private let plant: Photovoltaic
  private let place: Bus.Coordinates
  private let course: Profile.Course?
  private let weather: Weather
  private let fullSun_MW: Double
  private let reactive: ReactiveShare

  init(plant: Photovoltaic, place: Bus.Coordinates, course: Profile.Course?, weather: Weather) {
    self.plant = plant
    self.place = place
    self.course = course
    self.weather = weather
    let rating_MW = plant.rating_kVA.map { $0 / 1_000 * abs(plant.powerFactor ?? 1) }
    fullSun_MW =
      plant.p_MW > 0 ? min(plant.p_MW, rating_MW ?? plant.p_MW) : rating_MW ?? 0
    reactive = ReactiveShare(
      fixedRatio: plant.reactiveRatio, p_MW: plant.p_MW, q_Mvar: plant.q_Mvar, peak_MW: fullSun_MW)
  }

  func power(at instant: Timestamp) -> AssetPower {
    let p_MW =
      if let course {
        plant.p_MW * course.factor(at: instant.secondOfDay)
      } else {
        fullSun_MW * sunlight(at: instant) * weather.clearShare(at: place, instant.secondOfDay)
      }
    return AssetPower(plant, p_MW: p_MW, q_Mvar: reactive.q_Mvar(at: p_MW))
  }

  /// Clear-sky irradiance on the panels over that of full sun, at most 1: the inverter gives no more.
  private func sunlight(at instant: Timestamp) -> Double {
    let facing = plant.azimuth_deg ?? (place.latitude_deg < 0 ? 0 : 180)
    let irradiance = Sun(at: instant, seenFrom: place)
      .irradiance_W_per_m2(tilt_deg: plant.tilt_deg ?? 0, azimuth_deg: facing)
    return min(irradiance / Sun.fullSun_W_per_m2, 1)
  }
}
