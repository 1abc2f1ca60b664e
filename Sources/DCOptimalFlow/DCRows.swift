import GridModel
import Quantities

/// Which row each bus has: buses in service, those that closed switches fuse as one.
struct DCRows {
  private(set) var buses: [Bus.ID] = []
  private var rows: [Bus.ID: Int] = [:]

  init(_ topology: Topology) {
    let fusion = topology.switches.isEmpty ? nil : topology.fusedBuses()
    rows.reserveCapacity(topology.buses.count)
    for bus in topology.buses where bus.inService {
      let first = fusion?.representative(of: bus.id) ?? bus.id
      if let row = rows[first] {
        rows[bus.id] = row
      } else {
        rows[first] = buses.count
        rows[bus.id] = buses.count
        buses.append(bus.id)
      }
    }
  }

  /// `nil` for a bus that is out of service.
  func row(of bus: Bus.ID) -> Int? { rows[bus] }

  /// The angle of every source and reference generator, and zero for one row of each island without.
  func references(_ topology: Topology, branches: [DCBranch]) -> [DCReference] {
    var angles: [Int: Double] = [:]
    for generator in topology.generators where generator.inService && generator.slackWeight > 0 {
      guard generator.holdsVoltage, let row = row(of: generator.bus) else { continue }
      angles[row] = generator.angle_deg.radiansFromDegrees
    }
    for source in topology.sources where source.inService {
      guard let row = row(of: source.bus) else { continue }
      angles[row] = source.angle_deg.radiansFromDegrees
    }
    var parents = Array(buses.indices)
    func root(_ row: Int) -> Int {
      var row = row
      while parents[row] != row {
        parents[row] = parents[parents[row]]
        row = parents[row]
      }
      return row
    }
    for branch in branches { parents[root(branch.from)] = root(branch.to) }
    var referenced = Set(angles.keys.map { root($0) })
    for row in buses.indices where referenced.insert(root(row)).inserted { angles[row] = 0 }
    return angles.sorted { $0.key < $1.key }.map { DCReference(row: $0.key, angle: $0.value) }
  }
}
