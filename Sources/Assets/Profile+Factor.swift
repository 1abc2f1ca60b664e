import GridModel

extension Profile.Course {
  /// The factor at a second of the day.
  ///
  /// A day of factors holds each for its whole step; a shape runs straight from hour to hour.
  package func factor(at secondOfDay: Int64) -> Double {
    switch self {
    case .shape(let shape): shape.factor(at: secondOfDay)
    case .day(let factors): factors[Int(secondOfDay) * factors.count / 86_400]
    }
  }
}

extension Profile.Shape {
  fileprivate func factor(at secondOfDay: Int64) -> Double {
    let hours = hourlyFactors
    let hour = Int(secondOfDay / 3_600)
    let share = Double(secondOfDay % 3_600) / 3_600
    return hours[hour] * (1 - share) + hours[(hour + 1) % 24] * share
  }

  /// The factors at the full hours, in per unit of the day's highest.
  ///
  /// Drawn by us in the manner of the standard load profiles for households (H0), offices (G1)
  /// and shift work (G3) of the German BDEW, 1999; not measured.
  private var hourlyFactors: [Double] {
    switch self {
    case .constant: Self.constantDay
    case .eveningPeak: Self.eveningPeakDay
    case .officeHours: Self.officeDay
    case .industrial: Self.industrialDay
    }
  }

  private static let constantDay = [Double](repeating: 1, count: 24)

  private static let eveningPeakDay = [
    0.42, 0.35, 0.32, 0.31, 0.32, 0.37, 0.52, 0.64, 0.66, 0.64, 0.63, 0.67,
    0.70, 0.66, 0.61, 0.60, 0.66, 0.80, 0.93, 1.00, 0.97, 0.86, 0.70, 0.54,
  ]

  private static let officeDay = [
    0.30, 0.28, 0.27, 0.27, 0.28, 0.32, 0.42, 0.62, 0.84, 0.95, 0.99, 1.00,
    0.95, 0.96, 0.98, 0.95, 0.88, 0.72, 0.55, 0.45, 0.40, 0.37, 0.34, 0.32,
  ]

  private static let industrialDay = [
    0.58, 0.56, 0.55, 0.55, 0.58, 0.68, 0.86, 0.95, 0.99, 1.00, 0.99, 0.97,
    0.93, 0.96, 0.97, 0.95, 0.91, 0.88, 0.86, 0.84, 0.80, 0.74, 0.67, 0.61,
  ]
}
