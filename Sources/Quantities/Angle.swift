/// Degrees outside, radians inside.
extension Double {
  /// This angle, given in degrees, in radians.
  public var radiansFromDegrees: Double { self * .pi / 180 }

  /// This angle, given in radians, in degrees.
  public var degreesFromRadians: Double { self * 180 / .pi }
}
