import GridModel
import Quantities

/// A load over the day: its profile times the powers as written, and a small noise of its own.
///
/// Without a profile it is as written at all times. The noise moves both powers, so that the power
/// factor stays.
struct LoadModel: Sendable {
  /// Neighbours with one profile are not the same household; a share of their power, either way.
  static let noise = 0.03
  /// Slow enough that a quarter-hour tick follows the course.
  static let noisePeriod_s: Int64 = 3_600

  private let load: Load
  private let course: Profile.Course?
  private let random: KeyedRandom

  init(load: Load, course: Profile.Course?, seed: UInt64) {
    self.load = load
    self.course = course
    self.random = KeyedRandom(seed: seed, asset: load.reference)
  }

  func power(at instant: Timestamp) -> AssetPower {
    guard let course else {
      return AssetPower(load, p_MW: load.p_MW, q_Mvar: load.q_Mvar)
    }
    let wander = random.wander(
      second: instant.secondsSince1970, period_s: Self.noisePeriod_s, purpose: "load")
    let factor = course.factor(at: instant.secondOfDay) * (1 + Self.noise * wander)
    return AssetPower(load, p_MW: load.p_MW * factor, q_Mvar: load.q_Mvar * factor)
  }
}
