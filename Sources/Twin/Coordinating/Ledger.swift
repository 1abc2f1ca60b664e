import ActorCluster
import GridModel
import PowerFlow

/// Who owns what in this era, and where the coordinator finds it: the state that a change of
/// ownership changes.
struct Ledger: Sendable {
  /// By segment id, ascending.
  var holdings: [Holding]
  /// Whether every holding was introduced to its era and goes by the committed state.
  var isSettled = false

  /// A segment and its owner.
  struct Holding: Sendable {
    var segment: SegmentPlan.ID
    var owner: NodeName?
    /// The membership in which its owner got the slice; `nil` while it has to get it.
    var term: Int?
    var structure: NetworkStructure?
  }

  init(_ segments: [SegmentPlan.ID]) {
    holdings = segments.map { Holding(segment: $0) }
  }

  var owners: [NodeName?] { holdings.map(\.owner) }

  /// What a node owns.
  func segments(of node: NodeName) -> [SegmentPlan.ID] {
    holdings.filter { $0.owner == node }.map(\.segment)
  }

  /// Gives segments to new owners, who do not have their slices yet.
  ///
  /// - Returns: what moves, by the node that gets it.
  mutating func assign(_ owners: [NodeName]) -> [NodeName: [SegmentPlan.ID]] {
    var moved: [NodeName: [SegmentPlan.ID]] = [:]
    for (position, owner) in owners.enumerated() where holdings[position].owner != owner {
      holdings[position].owner = owner
      holdings[position].term = nil
      moved[owner, default: []].append(holdings[position].segment)
    }
    return moved
  }

  /// Forgets who has which slice, so that all are handed out again.
  mutating func distrustAll() {
    for position in holdings.indices { holdings[position].term = nil }
    isSettled = false
  }

  /// Where a segment's actor is.
  func identity(of position: Int) -> ActorIdentity {
    ActorIdentity(
      kind: Segment.kind, name: holdings[position].segment.text, on: holdings[position].owner!)
  }
}
