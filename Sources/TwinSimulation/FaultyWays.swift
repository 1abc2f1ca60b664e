import ActorCluster

/// Which ways are cut: a way that two partitions cut is whole again when both are over.
struct FaultyWays: Sendable {
  /// A direction between two nodes.
  struct Way: Hashable, Sendable {
    var from: NodeName
    var to: NodeName
  }

  /// What is to be done to the network.
  struct Change: Equatable, Sendable {
    var way: Way
    var isCut: Bool
  }

  private var cuts: [Way: Int] = [:]

  /// One more partition.
  mutating func cut(_ from: [NodeName], _ to: [NodeName], bothWays: Bool) -> [Change] {
    Self.ways(from, to, bothWays: bothWays).compactMap { way in
      cuts[way, default: 0] += 1
      return cuts[way] == 1 ? Change(way: way, isCut: true) : nil
    }
  }

  /// One partition less.
  mutating func mend(_ from: [NodeName], _ to: [NodeName], bothWays: Bool) -> [Change] {
    Self.ways(from, to, bothWays: bothWays).compactMap { way in
      cuts[way, default: 1] -= 1
      return cuts[way] == 0 ? Change(way: way, isCut: false) : nil
    }
  }

  private static func ways(_ from: [NodeName], _ to: [NodeName], bothWays: Bool) -> [Way] {
    from.flatMap { one in
      to.flatMap { other in
        [Way(from: one, to: other)] + (bothWays ? [Way(from: other, to: one)] : [])
      }
    }
  }
}
