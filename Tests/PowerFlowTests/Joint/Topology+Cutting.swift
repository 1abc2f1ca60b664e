import GridModel
import SeededRandom

/// Random ways to cut a grid. Fused buses stay together.
enum Cutting: CaseIterable {
  /// Segments grow from one bus each along the branches.
  case connected
  /// Every bus is drawn by itself.
  case scattered
}

extension Topology {
  func cut(
    _ cutting: Cutting, into count: Int, using random: inout SeededGenerator
  ) -> Topology {
    let fusion = fusedBuses()
    let representatives = buses.map { fusion.representative(of: $0.id)! }
    var groups: [Bus.ID] = []
    for bus in representatives where !groups.contains(bus) { groups.append(bus) }
    var owner: [Bus.ID: Int] = [:]
    switch cutting {
    case .scattered:
      for group in groups { owner[group] = Int.random(in: 0..<count, using: &random) }
    case .connected:
      var links: [Bus.ID: [Bus.ID]] = [:]
      func link(_ elements: [some BranchElement]) {
        for element in elements {
          let from = fusion.representative(of: element.from)!
          let to = fusion.representative(of: element.to)!
          links[from, default: []].append(to)
          links[to, default: []].append(from)
        }
      }
      link(lines)
      link(branches)
      link(transformers)
      for (segment, group) in groups.shuffled(using: &random).prefix(count).enumerated() {
        owner[group] = segment
      }
      while owner.count < groups.count {
        let edge = groups.filter { group in
          owner[group] == nil && (links[group] ?? []).contains { owner[$0] != nil }
        }
        // Another island, out of reach of all that have a segment.
        let next = edge.randomElement(using: &random) ?? groups.first { owner[$0] == nil }!
        let near = (links[next] ?? []).compactMap { owner[$0] }
        owner[next] =
          near.randomElement(using: &random) ?? Int.random(in: 0..<count, using: &random)
      }
    }
    var members = [[Bus.ID]](repeating: [], count: count)
    for (bus, group) in zip(buses, representatives) { members[owner[group]!].append(bus.id) }
    var topology = self
    // Names whose order is not the order of making, so that nothing rests on it.
    topology.segments = members.enumerated().filter { !$1.isEmpty }.map {
      SegmentPlan(id: .init("\(($0 * 5 + 3) % 8)"), buses: $1)
    }
    return topology
  }

  func cut(_ segments: [SegmentPlan.ID: [Bus.ID]]) -> Topology {
    var topology = self
    topology.segments = segments.sorted { $0.key < $1.key }.map {
      SegmentPlan(id: $0.key, buses: $0.value)
    }
    return topology
  }
}
