import GridModel

/// A segment's contribution to one round: what is left of its equations on the border.
///
/// Its size follows from the border rows that the segment touches, never from its interior.
package struct BorderBlock: Sendable, Equatable {
  package var segment: SegmentPlan.ID
  package var stamp: RoundStamp
  /// For each island: the largest interior mismatch and where it is.
  package var interior: [InteriorResidual]
  /// This segment's part of the mismatch of each border unknown it touches, in per unit.
  package var mismatch: [Double]
  /// The right-hand side after the interior is eliminated; shape of `mismatch`.
  package var reduced: [Double]
  /// The Schur complement by columns; empty when the interior could not be eliminated.
  package var schur: [Double]
  /// False for a singular interior. A segment without border says so in no other way.
  package var isEliminated: Bool

  package init(
    segment: SegmentPlan.ID, stamp: RoundStamp, interior: [InteriorResidual], mismatch: [Double],
    reduced: [Double], schur: [Double], isEliminated: Bool
  ) {
    self.segment = segment
    self.stamp = stamp
    self.isEliminated = isEliminated
    self.interior = interior
    self.mismatch = mismatch
    self.reduced = reduced
    self.schur = schur
  }
}

/// The largest mismatch inside a segment, of one island.
package struct InteriorResidual: Sendable, Equatable {
  /// In per unit.
  package var mismatch: Double
  /// The bus where it is; `nil` if the island has nothing unknown in this interior.
  package var bus: Bus.ID?

  package init(mismatch: Double, bus: Bus.ID?) {
    self.mismatch = mismatch
    self.bus = bus
  }
}

/// The coordinator's answer to a round: how the border moves.
package struct BorderStep: Sendable, Equatable {
  /// The round that the segment computes next.
  package var stamp: RoundStamp
  /// Δx of the border unknowns that the segment touches, in its order; radians and per unit.
  package var step: [Double]
  /// For each island, whether it is solved and stays where it is.
  package var isSettled: [Bool]

  package init(stamp: RoundStamp, step: [Double], isSettled: [Bool]) {
    self.stamp = stamp
    self.step = step
    self.isSettled = isSettled
  }
}

/// The part of a border plan that one segment needs. It names border buses and no asset.
package struct BorderView: Sendable, Equatable, Codable {
  package var topologyVersion: Int64
  package var roleVersion: Int64
  package var islandCount: Int
  /// For each component of the segment's own structure.
  package var islandOfComponent: [Int?]
  /// Rows of this segment that hold an island's angle.
  package var references: [AngleReference]
  /// The border rows that the segment touches, in the order of its border unknowns.
  package var rows: [BorderPlan.Row]

  package init(
    topologyVersion: Int64, roleVersion: Int64, islandCount: Int, islandOfComponent: [Int?],
    references: [AngleReference], rows: [BorderPlan.Row]
  ) {
    self.topologyVersion = topologyVersion
    self.roleVersion = roleVersion
    self.islandCount = islandCount
    self.islandOfComponent = islandOfComponent
    self.references = references
    self.rows = rows
  }
}

extension BorderPlan {
  /// - Parameters:
  ///   - position: the segment's place in the order of ids.
  ///   - border: the rows that it touches, in its order.
  ///   - structure: the one it sent, which tells which references are its own.
  package func view(
    of position: Int, touching border: [Bus.ID], structure: NetworkStructure
  ) -> BorderView {
    let own = Set(structure.components.flatMap(\.candidates).map(\.bus)).union(border)
    let touched = Set(border)
    return BorderView(
      topologyVersion: topologyVersion, roleVersion: roleVersion,
      islandCount: islands.islands.count, islandOfComponent: islands.islandOfComponent[position],
      references: islands.references.filter { own.contains($0.bus) },
      rows: rows.filter { touched.contains($0.bus) })
  }
}
