import GridModel

/// For each row of a network: what is unknown there, and the island it belongs to.
package struct RowPlan: Sendable, Equatable {
  /// Shape `[rowCount]`.
  package let roles: [RowRole]
  /// Shape `[rowCount]`; `nil` where the row is dark.
  package let islandOfRow: [Int?]
  package let islandCount: Int

  /// - Parameters:
  ///   - islandOfComponent: this network's part of the island plan.
  ///   - references: the rows of this network that hold an island's angle.
  ///   - held: the voltage magnitude held at each row, foreign border rows included.
  package init(
    _ network: Network, islandOfComponent: [Int?], islandCount: Int, references: [AngleReference],
    held: [Double?]
  ) {
    let references = Set(references.map(\.bus))
    let componentOfRow = network.componentOfRow()
    islandOfRow = componentOfRow.map { $0.flatMap { islandOfComponent[$0] } }
    self.islandCount = islandCount
    roles = islandOfRow.indices.map { [islandOfRow] row in
      if islandOfRow[row] == nil { return .dark }
      if references.contains(network.busOfRow[row].id) { return .reference }
      return held[row] == nil ? .free : .voltageHeld
    }
  }

  /// The same plan with every other island dark.
  func keeping(island: Int) -> RowPlan {
    RowPlan(
      roles: roles.indices.map { islandOfRow[$0] == island ? roles[$0] : .dark },
      islandOfRow: islandOfRow.map { $0 == island ? island : nil }, islandCount: islandCount)
  }

  private init(roles: [RowRole], islandOfRow: [Int?], islandCount: Int) {
    self.roles = roles
    self.islandOfRow = islandOfRow
    self.islandCount = islandCount
  }

  /// Puts held magnitudes and reference angles in place, and takes dark rows to zero.
  package func pin(
    _ voltages: inout Voltages, on network: Network, references: [AngleReference], held: [Double?]
  ) {
    for row in roles.indices {
      if roles[row] == .dark { voltages.magnitude[row] = 0 }
      if let magnitude = held[row], roles[row] != .dark { voltages.magnitude[row] = magnitude }
    }
    for reference in references {
      if let row = network.row(of: reference.bus) { voltages.angle[row] = reference.angle_rad }
    }
  }
}

/// A row that holds the angle of its island.
package struct AngleReference: Sendable, Codable, Equatable {
  package var bus: Bus.ID
  package var angle_rad: Double

  package init(bus: Bus.ID, angle_rad: Double) {
    self.bus = bus
    self.angle_rad = angle_rad
  }
}
