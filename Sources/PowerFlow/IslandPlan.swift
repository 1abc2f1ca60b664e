import GridModel

/// The islands of a grid, joined from the structures of its parts, and what holds each.
///
/// Islands are numbered in the order of their first references, so that numbers do not depend on how
/// the grid is cut. Every source in service is
/// a reference of its island; an island without one takes the generator of the largest slack
/// weight, then of the smallest id; an island without either is dark and has no number.
package struct IslandPlan: Sendable, Codable, Equatable {
  package struct Island: Sendable, Codable, Equatable {
    /// At least one, ascending by element.
    package var references: [ReferenceCandidate]
  }

  package var islands: [Island]
  /// For each part, for each of its components: the island, or `nil` where it is dark.
  package var islandOfComponent: [[Int?]]

  package init(joining parts: [NetworkStructure]) {
    var offsets: [Int] = []
    var total = 0
    for part in parts {
      offsets.append(total)
      total += part.components.count
    }
    var sets = DisjointSets(count: total)
    var firstAtBorder: [Bus.ID: Int] = [:]
    var candidates = [[ReferenceCandidate]](repeating: [], count: total)
    for (part, offset) in zip(parts, offsets) {
      for (position, component) in part.components.enumerated() {
        for bus in component.border {
          if let other = firstAtBorder[bus] {
            sets.join(other, offset + position)
          } else {
            firstAtBorder[bus] = offset + position
          }
        }
      }
    }
    for (part, offset) in zip(parts, offsets) {
      for (position, component) in part.components.enumerated() {
        candidates[sets.root(of: offset + position)] += component.candidates
      }
    }
    let lit = (0..<total).filter { sets.root(of: $0) == $0 }
      .map { (root: $0, references: Self.references(among: candidates[$0])) }
      .filter { !$0.references.isEmpty }
      .sorted { $0.references[0].element < $1.references[0].element }
    let numbers = Dictionary(
      uniqueKeysWithValues: lit.enumerated().map { ($0.element.root, $0.offset) })
    islands = lit.map { Island(references: $0.references) }
    islandOfComponent = zip(parts, offsets).map { part, offset in
      part.components.indices.map { numbers[sets.root(of: offset + $0)] }
    }
  }

  /// Every row that holds an island's angle.
  package var references: [AngleReference] {
    islands.flatMap(\.references).map { AngleReference(bus: $0.bus, angle_rad: $0.angle_rad) }
  }

  private static func references(among candidates: [ReferenceCandidate]) -> [ReferenceCandidate] {
    let sources = candidates.filter { $0.element.kind == .source }
    guard sources.isEmpty else { return sources.sorted { $0.element < $1.element } }
    let strongest = candidates.min {
      ($1.slackWeight, $0.element) < ($0.slackWeight, $1.element)
    }
    return strongest.map { [$0] } ?? []
  }
}
