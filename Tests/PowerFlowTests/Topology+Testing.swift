import Foundation
import GridModel

extension Topology {
  /// A topology of the repository's own.
  static func inRepository(_ name: String) throws -> Topology {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try Topology.read(contentsOf: root.appending(path: "Topologies/\(name).yaml").path)
      .topology
  }

  /// Buses that stand for themselves at one voltage.
  static func make(buses: [Bus.ID], nominalVoltage_kV: Double = 110) -> Topology {
    var topology = Topology(name: "made")
    topology.buses = buses.map { Bus(id: $0, nominalVoltage_kV: nominalVoltage_kV) }
    return topology
  }
}

extension Source {
  static func make(
    _ id: Name<Source>, at bus: Bus.ID, v_pu: Double = 1, angle_deg: Double = 0
  ) -> Source {
    var source = Source(id: id, bus: bus)
    source.v_pu = v_pu
    source.angle_deg = angle_deg
    return source
  }
}

extension Load {
  static func make(_ id: Name<Load>, at bus: Bus.ID, _ p_MW: Double, _ q_Mvar: Double) -> Load {
    var load = Load(id: id, bus: bus)
    load.p_MW = p_MW
    load.q_Mvar = q_Mvar
    return load
  }
}

extension Generator {
  static func make(
    _ id: Name<Generator>, at bus: Bus.ID, p_MW: Double = 0, v_pu: Double = 1,
    slackWeight: Double = 0
  ) -> Generator {
    var generator = Generator(id: id, bus: bus)
    generator.p_MW = p_MW
    generator.v_pu = v_pu
    generator.slackWeight = slackWeight
    return generator
  }
}

extension Branch {
  static func make(
    _ id: Name<Branch>, _ from: Bus.ID, _ to: Bus.ID, r: Double = 0.01, x: Double = 0.1,
    b: Double = 0, tap: Double = 1, shift_deg: Double = 0
  ) -> Branch {
    var branch = Branch(id: id, from: from, to: to, r_pu: r, x_pu: x)
    branch.b_pu = b
    branch.tap = tap
    branch.shift_deg = shift_deg
    return branch
  }
}

extension Switch {
  static func open(_ id: Name<Switch>, _ element: ElementReference, _ end: End) -> Switch {
    var device = Switch(id: id, place: .end(of: element, end))
    device.closed = false
    return device
  }

  static func closed(_ id: Name<Switch>, _ a: Bus.ID, _ b: Bus.ID) -> Switch {
    Switch(id: id, place: .between(a, b))
  }
}
