import GridModel
import Quantities

/// Where a solve begins: the document's voltages where it gives them, otherwise flat.
///
/// Flat means 1 pu, and the angle that a grid without load has: the reference's, moved by the phase
/// shift of every transformer on the way.
package enum StartVoltages {
  package static func make(for network: Network) -> Voltages {
    var voltages = Voltages(flatWithRowCount: network.rowCount)
    spreadAngles(over: network, into: &voltages)
    func place(_ start: Bus.BusStart?, at row: Network.Row) {
      guard let start else { return }
      voltages.magnitude[row] = start.v_pu
      if let angle_deg = start.angle_deg { voltages.angle[row] = angle_deg.radiansFromDegrees }
    }
    for row in network.ownRowCount..<network.rowCount {
      place(network.busOfRow[row].start, at: row)
    }
    // Of several buses that share a row, the first one with a start counts.
    for (bus, row) in zip(network.topology.buses, network.rowOfOwnBus).reversed() {
      place(bus.start, at: row)
    }
    return voltages
  }

  /// A breadth-first walk from everything that can be a reference, in the document's order.
  private static func spreadAngles(over network: Network, into voltages: inout Voltages) {
    var branchesAtRow = [[Network.BranchModel]](repeating: [], count: network.rowCount)
    for branch in network.branches where branch.isFromClosed && branch.isToClosed {
      guard let from = branch.fromRow, let to = branch.toRow else { continue }
      branchesAtRow[from].append(branch)
      branchesAtRow[to].append(branch)
    }
    var isReached = [Bool](repeating: false, count: network.rowCount)
    func spread(from bus: Bus.ID, angle_deg: Double) {
      guard let first = network.row(of: bus), !isReached[first] else { return }
      voltages.angle[first] = angle_deg.radiansFromDegrees
      isReached[first] = true
      var queue = [first]
      var next = 0
      while next < queue.count {
        let row = queue[next]
        next += 1
        for branch in branchesAtRow[row] {
          let isForward = branch.fromRow == row
          guard let other = isForward ? branch.toRow : branch.fromRow, !isReached[other] else {
            continue
          }
          voltages.angle[other] =
            voltages.angle[row] + (isForward ? -branch.port.shift : branch.port.shift)
          isReached[other] = true
          queue.append(other)
        }
      }
    }
    for source in network.topology.sources where source.inService {
      spread(from: source.bus, angle_deg: source.angle_deg)
    }
    let byWeight = network.topology.generators.filter { $0.inService && $0.slackWeight > 0 }
      .sorted { ($1.slackWeight, $0.id) < ($0.slackWeight, $1.id) }
    for generator in byWeight { spread(from: generator.bus, angle_deg: generator.angle_deg) }
  }
}

extension Topology {
  /// The same topology with a start at every bus, so that each slice begins where the whole would.
  package func withStartVoltages() -> Topology {
    let network = Network(self)
    let start = StartVoltages.make(for: network)
    var topology = self
    for (position, row) in network.rowOfOwnBus.enumerated() {
      topology.buses[position].start = .init(
        v_pu: start.magnitude[row], angle_deg: start.angle[row].degreesFromRadians)
    }
    return topology
  }
}
