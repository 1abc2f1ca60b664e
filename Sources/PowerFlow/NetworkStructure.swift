import GridModel
import Quantities

/// What one network shows of its shape, so that islands can be joined across segments: its
/// components, restricted to the border, with whatever could be a reference in each.
///
/// No load, no generator output, no branch and no interior bus is in it, except those at which
/// something can hold an island.
package struct NetworkStructure: Sendable, Codable, Equatable {
  package struct Component: Sendable, Codable, Equatable {
    /// Border rows in this component, by the bus that stands for each, ascending.
    package var border: [Bus.ID]
    package var candidates: [ReferenceCandidate]
  }

  /// A border row as its owner sees it.
  package struct BorderRow: Sendable, Codable, Equatable {
    package var bus: Bus.ID
    package var heldMagnitude_pu: Double?
    package var startMagnitude_pu: Double
    package var startAngle_rad: Double
  }

  package var components: [Component]
  /// The border rows that this network owns.
  package var ownedBorder: [BorderRow]
  /// The largest sum of admittance magnitudes of a row, in per unit: how far rounding reaches.
  package var stiffness = 0.0
}

/// A source or generator that could be the reference of an island.
package struct ReferenceCandidate: Sendable, Codable, Equatable {
  package var bus: Bus.ID
  package var element: ElementReference
  package var slackWeight: Double
  package var angle_rad: Double
}

extension NetworkStructure {
  /// - Parameter border: rows on the border, by the bus that stands for each: own and foreign.
  package init(of network: Network, border: [Bus.ID], start: Voltages, injections: Injections) {
    let componentOfRow = network.componentOfRow()
    var components: [Component] = []
    for row in 0..<network.rowCount where componentOfRow[row] == components.count {
      components.append(Component(border: [], candidates: []))
    }
    func component(of bus: Bus.ID) -> Int? { network.row(of: bus).flatMap { componentOfRow[$0] } }
    for bus in border.sorted() {
      if let position = component(of: bus) { components[position].border.append(bus) }
    }
    func offer<A: Asset>(_ asset: A, slackWeight: Double, angle_deg: Double) {
      guard asset.inService, let position = component(of: asset.bus),
        let row = network.row(of: asset.bus)
      else { return }
      components[position].candidates.append(
        ReferenceCandidate(
          bus: network.busOfRow[row].id, element: asset.reference, slackWeight: slackWeight,
          angle_rad: angle_deg.radiansFromDegrees))
    }
    for source in network.topology.sources {
      offer(source, slackWeight: source.slackWeight, angle_deg: source.angle_deg)
    }
    for generator in network.topology.generators
    where generator.holdsVoltage && generator.slackWeight > 0 {
      offer(generator, slackWeight: generator.slackWeight, angle_deg: generator.angle_deg)
    }
    self.components = components
    stiffness = network.admittance.stiffness
    ownedBorder = border.sorted().compactMap { bus in
      guard let row = network.row(of: bus), row < network.ownRowCount else { return nil }
      return BorderRow(
        bus: bus, heldMagnitude_pu: injections.heldMagnitude[row],
        startMagnitude_pu: start.magnitude[row], startAngle_rad: start.angle[row])
    }
  }
}
