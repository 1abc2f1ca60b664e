/// How a quantity follows the time of day: a factor on the value as written.
public struct Profile: Sendable, Codable, Equatable, Identifiable {
  public typealias ID = Name<Profile>

  public let id: ID
  public var course: Course

  public init(id: ID, course: Course) {
    self.id = id
    self.course = course
  }

  public enum Course: Sendable, Codable, Equatable {
    case shape(Shape)
    /// Factors at equal steps over a day that begins at midnight UTC, at least one.
    case day([Double])
  }

  /// Shapes that Busbar knows by name.
  public enum Shape: String, Sendable, Codable, CaseIterable {
    case constant
    case eveningPeak = "evening-peak"
    case officeHours = "office-hours"
    case industrial
  }
}
