import ActorCluster
import GridModel
import PowerFlow

/// Begins the first tick of one segment of a formed twin again and again: the call that carries the
/// time grant and returns the border block, for those who measure it.
///
/// Nothing is ever committed, so every call does the same work.
package struct SegmentProbe: Sendable {
  private let segment: Segment
  private let stamp: RoundStamp

  /// - Parameter cluster: the coordinator's, in the era in which the twin was formed.
  package init(_ position: Int, of plan: TwinPlan, in cluster: ActorCluster) throws {
    let slice = plan.slices[position]
    segment = try Segment.resolve(
      id: ActorIdentity(kind: Segment.kind, name: slice.segment.text, on: plan.hosts[position]),
      using: cluster)
    stamp = RoundStamp(
      era: cluster.era, tick: 0, iteration: 0, topologyVersion: slice.topologyVersion,
      roleVersion: 1)
  }

  package func begin() async throws -> BorderBlock { try await segment.begin(stamp) }
}
