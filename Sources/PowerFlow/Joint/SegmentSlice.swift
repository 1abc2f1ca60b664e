import GridModel

/// All that one segment knows of the grid: its own buses and what stands there, its ties, and the
/// far ends of the ties. It is sent to the node that hosts the segment, which never opens the
/// document.
package struct SegmentSlice: Sendable, Codable, Equatable {
  package var segment: SegmentPlan.ID
  package var topologyVersion: Int64
  package var topology: Topology
  /// In the order of the topology's branch elements.
  package var ties: [Tie]
  /// Border rows of its own, by the bus that stands for each, ascending.
  package var ownBorder: [Bus.ID]
  /// Border rows of neighbours onto which this segment counts a tie, ascending.
  package var foreignBorder: [Bus.ID]
  /// For each foreign bus, the bus that stands for its row with its owner.
  package var representatives: [Representative]
  /// With whom it balances; `nil` in a twin whose set-points come from schedules.
  package var talks: SegmentTalks?

  /// A branch element whose ends belong to two segments.
  package struct Tie: Sendable, Codable, Equatable {
    package var element: ElementReference
    package var neighbour: SegmentPlan.ID
    /// The end that stands in this segment.
    package var ownEnd: Switch.End
    /// A tie is counted once, by the segment of its end that is not on the border; with both ends
    /// on the border, by the segment of the lower id.
    package var isStampedHere: Bool
  }

  package struct Representative: Sendable, Codable, Equatable {
    package var bus: Bus.ID
    package var standsFor: Bus.ID
  }

  /// Every border row that this segment touches, in the order of its border unknowns.
  package var border: [Bus.ID] { (ownBorder + foreignBorder).sorted() }

  package var neighbours: [SegmentPlan.ID] { Set(ties.map(\.neighbour)).sorted() }
}

/// What a segment knows about who balances with whom.
package struct SegmentTalks: Sendable, Codable, Equatable {
  /// Those that a tie in service, closed at both ends, leads to; ascending.
  package var neighbours: [SegmentPlan.ID]
  /// Towards the root of a tree of all segments that are connected; `nil` at a root.
  package var parent: SegmentPlan.ID?
  /// Away from it.
  package var children: [SegmentPlan.ID]
  /// The longest shortest way between two segments.
  package var reach: Int
  /// What a MWh is worth at most, as everyone knows: prices that differ are held against it.
  package var price_per_MWh: Double

  package init(
    neighbours: [SegmentPlan.ID], parent: SegmentPlan.ID?, children: [SegmentPlan.ID], reach: Int,
    price_per_MWh: Double
  ) {
    self.neighbours = neighbours
    self.parent = parent
    self.children = children
    self.reach = reach
    self.price_per_MWh = price_per_MWh
  }
}

extension Network {
  /// Compiles a slice: the segment's own part, the ties that it counts, and its neighbours' border
  /// rows at their far ends.
  package init(_ slice: SegmentSlice) {
    self.init(
      slice.topology,
      representatives: Dictionary(
        uniqueKeysWithValues: slice.representatives.map { ($0.bus, $0.standsFor) }),
      foreignRows: slice.foreignBorder,
      stampedElsewhere: Set(slice.ties.filter { !$0.isStampedHere }.map(\.element)))
  }
}
