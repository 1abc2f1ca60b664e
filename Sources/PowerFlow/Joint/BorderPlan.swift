import GridModel

/// What every segment must know of the border before it can take part: which rows are on it, what
/// is unknown at each, and which island each of its components belongs to.
///
/// Made by the coordinator from the structures of all segments, for one topology version and one
/// role version.
package struct BorderPlan: Sendable, Equatable {
  package struct Row: Sendable, Codable, Equatable {
    package var bus: Bus.ID
    package var role: RowRole
    package var island: Int?
    package var heldMagnitude_pu: Double?
    package var startMagnitude_pu: Double
    package var startAngle_rad: Double
  }

  package var topologyVersion: Int64
  package var roleVersion: Int64
  package var islands: IslandPlan
  /// Every border row, by bus, ascending. A row's unknowns are its angle, then its magnitude.
  package var rows: [Row]
  /// The largest of all segments, in per unit.
  package var stiffness: Double

  /// - Parameter structures: of all segments, in the order of their ids.
  package init(
    joining structures: [NetworkStructure], topologyVersion: Int64, roleVersion: Int64
  ) {
    let islands = IslandPlan(joining: structures)
    var islandOfBus: [Bus.ID: Int] = [:]
    for (structure, numbers) in zip(structures, islands.islandOfComponent) {
      for (component, number) in zip(structure.components, numbers) {
        for bus in component.border { islandOfBus[bus] = number }
      }
    }
    let references = Set(islands.islands.flatMap(\.references).map(\.bus))
    rows = structures.flatMap(\.ownedBorder).map { row in
      let island = islandOfBus[row.bus]
      let role: RowRole =
        if island == nil { .dark } else if references.contains(row.bus) {
          .reference
        } else if row
          .heldMagnitude_pu != nil
        { .voltageHeld } else { .free }
      return Row(
        bus: row.bus, role: role, island: island, heldMagnitude_pu: row.heldMagnitude_pu,
        startMagnitude_pu: row.startMagnitude_pu, startAngle_rad: row.startAngle_rad)
    }.sorted { $0.bus < $1.bus }
    self.islands = islands
    stiffness = structures.map(\.stiffness).max() ?? 0
    self.topologyVersion = topologyVersion
    self.roleVersion = roleVersion
  }
}
