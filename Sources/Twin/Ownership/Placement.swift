import ActorCluster
import GridModel

/// Decides which node owns which segment: each at its home while that lives, the others spread by
/// load over the living.
package struct Placement: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package var segment: SegmentPlan.ID
    /// The node that the topology would like it on.
    package var home: NodeName
    /// What it costs its node, as the number of its buses.
    package var weight: Int

    package init(segment: SegmentPlan.ID, home: NodeName, weight: Int) {
      self.segment = segment
      self.home = home
      self.weight = weight
    }
  }

  /// By segment id, ascending.
  package let entries: [Entry]

  package init(_ entries: [Entry]) { self.entries = entries }

  /// The owner of each segment, in the order of `entries`; `nil` when no node lives.
  ///
  /// The same nodes and the same present owners always give the same answer; with no change among
  /// the nodes the answer stays. A segment away from home moves only when its owner died, its home
  /// came back, or the move makes the heavier of two nodes lighter.
  ///
  /// - Parameters:
  ///   - living: the nodes that may own segments, in any order.
  ///   - present: who owns each segment now.
  package func owners(among living: [NodeName], present: [NodeName?]) -> [NodeName]? {
    precondition(present.count == entries.count, "One present owner for each segment.")
    let living = Set(living).sorted()
    guard !living.isEmpty else { return nil }
    var owners = [NodeName?](repeating: nil, count: entries.count)
    var load = Dictionary(uniqueKeysWithValues: living.map { ($0, 0) })
    var displaced: [Int] = []
    for (position, entry) in entries.enumerated() {
      let stays = load[entry.home] != nil ? entry.home : present[position]
      if load[entry.home] == nil { displaced.append(position) }
      guard let stays, load[stays] != nil else { continue }
      owners[position] = stays
      load[stays]! += entry.weight
    }
    displaced.sort { (entries[$0].weight, $1) > (entries[$1].weight, $0) }
    for position in displaced where owners[position] == nil {
      let lightest = Self.lightest(of: living, load)
      owners[position] = lightest
      load[lightest]! += entries[position].weight
    }
    spread(displaced, over: living, &owners, &load)
    return owners.map { $0! }
  }

  /// Moves displaced segments, the heaviest first, from heavier to lighter nodes where that makes the
  /// pair's heavier one lighter. Once round is enough: the least load never falls, and a node only
  /// gets what is no heavier than what was looked at before, so who did not move would not move now.
  private func spread(
    _ displaced: [Int], over living: [NodeName], _ owners: inout [NodeName?],
    _ load: inout [NodeName: Int]
  ) {
    for position in displaced {
      let owner = owners[position]!
      let lightest = Self.lightest(of: living, load)
      let weight = entries[position].weight
      guard weight > 0, load[lightest]! + weight < load[owner]! else { continue }
      owners[position] = lightest
      load[owner]! -= weight
      load[lightest]! += weight
    }
  }

  private static func lightest(of living: [NodeName], _ load: [NodeName: Int]) -> NodeName {
    living.min { (load[$0]!, $0) < (load[$1]!, $1) }!
  }
}
