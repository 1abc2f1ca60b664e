import GridModel

/// Which buses closed bus-bus switches make into one.
package struct BusFusion: Sendable {
  private var sets: DisjointSets

  package init(_ topology: Topology) {
    sets = DisjointSets(count: topology.buses.count)
    let positions = Dictionary(
      uniqueKeysWithValues: topology.buses.enumerated().map { ($0.element.id, $0.offset) })
    for device in topology.switches where device.inService && device.closed {
      guard case .between(let a, let b) = device.place, let first = positions[a],
        let second = positions[b], topology.buses[first].inService,
        topology.buses[second].inService
      else { continue }
      sets.join(first, second)
    }
  }

  /// The position, in the topology's list, of the bus that stands for a bus's row: the first one.
  package func representative(of position: Int) -> Int { sets.root(of: position) }
}
