import GridModel
import Quantities

extension Weather {
  /// Winds over land rise in the afternoon and fall at night; a share of the mean, either way.
  private static let dailyVariation = 0.2
  /// When the daily variation is at its height.
  private static let windiest_s = 15.0 * 3_600
  /// What a turbine's own place adds or takes, as a share, before gusts.
  private static let noise = 0.15
  private static let noisePeriod_s: Int64 = 3_600

  /// The wind speed at a turbine's hub: mean, time of day, noise of the turbine's own, and gusts,
  /// which are felt everywhere at once at their full height from their beginning to their end.
  func windSpeed_m_per_s(at instant: Timestamp, _ random: KeyedRandom) -> Double {
    let second = instant.secondOfDay
    let daily = PortableMath.cosine(2 * .pi * (Double(second) - Self.windiest_s) / 86_400)
    let wander = random.wander(
      second: instant.secondsSince1970, period_s: Self.noisePeriod_s, purpose: "wind")
    let steady =
      windSpeed_m_per_s * (1 + Self.dailyVariation * daily) * (1 + Self.noise * wander)
    return gusts.reduce(steady) { speed, gust in
      // A gust that begins before midnight goes on after it.
      let age_s = second >= gust.at_s ? second - gust.at_s : second - gust.at_s + 86_400
      return age_s < gust.duration_s ? speed + gust.rise_m_per_s : speed
    }
  }
}
