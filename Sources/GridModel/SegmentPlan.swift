/// One segment as the document asks for it: the buses, and the assets at them, that one actor owns.
public struct SegmentPlan: Sendable, Codable, Equatable, Identifiable {
  public typealias ID = Name<SegmentPlan>

  public let id: ID
  public var buses: [Bus.ID]

  public init(id: ID, buses: [Bus.ID]) {
    self.id = id
    self.buses = buses
  }
}

/// Where segments would like to run: a preference, not membership.
public struct Placement: Sendable, Codable, Equatable {
  public var node: String
  public var segments: [SegmentPlan.ID]

  public init(node: String, segments: [SegmentPlan.ID]) {
    self.node = node
    self.segments = segments
  }
}
