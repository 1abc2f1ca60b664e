import GridModel
import Quantities

/// The sun as seen from a place, and what a clear sky lets through.
///
/// Directions are east, north, up. Position and the ASHRAE clear-sky model as in G. M. Masters,
/// *Renewable and Efficient Electric Power Systems*, 2004, sections 7.3 to 7.9; light that the
/// ground reflects is left out.
struct Sun: Sendable {
  /// Of the standard test conditions, at which panels are rated.
  static let fullSun_W_per_m2 = 1_000.0

  /// A unit vector towards the sun; up is the sine of the sun's elevation.
  let east: Double
  let north: Double
  let up: Double
  private let day: Double

  init(at instant: Timestamp, seenFrom place: Bus.Coordinates) {
    day = Double(instant.dayOfYear)
    let declination = 23.45.radiansFromDegrees * Self.yearlySine(day - 81)
    let b = 2 * .pi * (day - 81) / 364
    let equationOfTime_min =
      9.87 * PortableMath.sine(2 * b) - 7.53 * PortableMath.cosine(b) - 1.5 * PortableMath.sine(b)
    let solarHour =
      Double(instant.secondOfDay) / 3_600 + place.longitude_deg / 15 + equationOfTime_min / 60
    let hourAngle = (15 * (solarHour - 12)).radiansFromDegrees
    let latitude = place.latitude_deg.radiansFromDegrees

    let (sinD, cosD) = (PortableMath.sine(declination), PortableMath.cosine(declination))
    let (sinL, cosL) = (PortableMath.sine(latitude), PortableMath.cosine(latitude))
    let cosH = PortableMath.cosine(hourAngle)
    east = -cosD * PortableMath.sine(hourAngle)
    north = sinD * cosL - cosD * sinL * cosH
    up = sinD * sinL + cosD * cosL * cosH
  }

  /// The clear-sky irradiance on a plane, zero while the sun is down.
  ///
  ///     I = A exp(-k / sin h) (cos θ + C (1 + cos tilt) / 2)
  ///
  /// The tilt is from horizontal, the azimuth clockwise from north; θ is the angle between the
  /// plane's normal and the sun, and the first summand is left out behind the plane.
  func irradiance_W_per_m2(tilt_deg: Double, azimuth_deg: Double) -> Double {
    guard up > 0 else { return 0 }
    let outside = 1_160 + 75 * Self.yearlySine(day - 275)
    let opticalDepth = 0.174 + 0.035 * Self.yearlySine(day - 100)
    let diffuse = 0.095 + 0.04 * Self.yearlySine(day - 100)
    let beam = outside * PortableMath.exponential(-opticalDepth / up)

    let tilt = tilt_deg.radiansFromDegrees
    let azimuth = azimuth_deg.radiansFromDegrees
    let (sinT, cosT) = (PortableMath.sine(tilt), PortableMath.cosine(tilt))
    let incidence =
      sinT * (east * PortableMath.sine(azimuth) + north * PortableMath.cosine(azimuth)) + cosT * up
    return beam * (max(incidence, 0) + diffuse * (1 + cosT) / 2)
  }

  private static func yearlySine(_ days: Double) -> Double {
    PortableMath.sine(2 * .pi * days / 365)
  }
}
