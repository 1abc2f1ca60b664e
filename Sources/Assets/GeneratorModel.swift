import GridModel
import Quantities

/// A generator over the day: its profile times the active power as written.
///
/// The reactive power is where a solve starts and stays as written.
struct GeneratorModel: Sendable {
  let generator: Generator
  let course: Profile.Course?

  func power(at instant: Timestamp) -> AssetPower {
    let factor = course?.factor(at: instant.secondOfDay) ?? 1
    return AssetPower(generator, p_MW: generator.p_MW * factor, q_Mvar: generator.q_Mvar)
  }
}
