import GridModel
import Quantities

extension Weather {
  /// The share of sunlight that passes the clouds at a place, 0 to 1.
  func clearShare(at place: Bus.Coordinates, _ secondOfDay: Int64) -> Double {
    cloudFronts.reduce(1) { share, front in
      let ahead_km = origin.distance_km(to: place, along: front.heading_deg)
      return share * (1 - front.depth * front.cover(ahead_km: ahead_km, secondOfDay))
    }
  }
}

extension Weather.CloudFront {
  /// A band thickens over this width at either edge, or over half of its own if it is narrow.
  private static let edge_km = 1.0

  /// How much of the band's depth is felt at a distance ahead of the origin, 0 to 1.
  ///
  /// The front comes every day; a place feels it within twelve hours of its time at the origin.
  fileprivate func cover(ahead_km: Double, _ secondOfDay: Int64) -> Double {
    var elapsed_s = secondOfDay - at_s
    if elapsed_s >= 43_200 { elapsed_s -= 86_400 }
    if elapsed_s < -43_200 { elapsed_s += 86_400 }
    let inside_km = speed_km_per_h * Double(elapsed_s) / 3_600 - ahead_km
    guard inside_km > 0, inside_km < width_km else { return 0 }
    let edge = min(Self.edge_km, width_km / 2)
    return smoothStep(inside_km / edge) * smoothStep((width_km - inside_km) / edge)
  }
}

extension Bus.Coordinates {
  /// The distance to a place as far as it lies along a heading, negative behind.
  ///
  /// On a plane that touches the globe here: right for a grid of a few hundred kilometres.
  fileprivate func distance_km(to place: Self, along heading_deg: Double) -> Double {
    /// The mean radius of the Earth, 6371 km, times one degree.
    let kmPerDegree = 6_371.0088 * 1.0.radiansFromDegrees
    let north_km = (place.latitude_deg - latitude_deg) * kmPerDegree
    let east_km =
      (place.longitude_deg - longitude_deg) * kmPerDegree
      * PortableMath.cosine(latitude_deg.radiansFromDegrees)
    let heading = heading_deg.radiansFromDegrees
    return east_km * PortableMath.sine(heading) + north_km * PortableMath.cosine(heading)
  }
}
