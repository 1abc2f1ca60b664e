import ActorCluster
import GridModel
import Quantities

/// What the coordinator keeps of a plan: names, sizes and the border, and nothing of what stands
/// inside a segment.
package struct TwinCharter: Sendable {
  package var name: String
  package var time: TwinTime
  package var base: PowerBase
  package var topologyVersion: Int64
  /// One for each segment, by id, ascending.
  package var parts: [Part]
  /// The nodes of the placement, in the order of the document.
  package var nodes: [NodeName]
  /// Whether segments find their set-points among themselves.
  package var balances = false

  package struct Part: Sendable {
    package var segment: SegmentPlan.ID
    /// The node that the topology would like it on.
    package var home: NodeName
    package var busCount: Int
    package var neighbours: [SegmentPlan.ID]
    /// The border rows that it touches, in its order.
    package var border: [Bus.ID]
  }

  package var segments: [SegmentPlan.ID] { parts.map(\.segment) }

  package var placement: Placement {
    Placement(parts.map { .init(segment: $0.segment, home: $0.home, weight: $0.busCount) })
  }
}

extension TwinPlan {
  package var charter: TwinCharter {
    TwinCharter(
      name: name, time: time, base: base, topologyVersion: slices[0].topologyVersion,
      parts: zip(slices, hosts).map { slice, home in
        TwinCharter.Part(
          segment: slice.segment, home: home, busCount: slice.topology.buses.count,
          neighbours: slice.neighbours, border: slice.border)
      }, nodes: nodes, balances: slices.contains { $0.talks != nil })
  }
}
