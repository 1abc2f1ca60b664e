import Foundation
import GridModel

/// The grids that the tests run on.
enum Grids {
  /// Fifteen buses, three segments, a day with sun, wind and batteries.
  static let cigre = read("cigre-mv")
  /// The same grid from six in the evening, when every battery moves and wind and sun change.
  static let evening = cigre.starting(after: 18 * 3600)
  /// A hundred and eighteen buses, four segments, many generators that hold a voltage.
  static let ieee118 = read("ieee118")

  /// The evening, balanced among the segments, with a horizon that is short enough for tests.
  static let balancedEvening = evening.balanced(.admm, steps: 12)

  static let sourceRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func read(_ name: String) -> Topology {
    let file = sourceRoot.appendingPathComponent("Topologies/\(name).yaml")
    do {
      return try Topology.read(contentsOf: file.path).topology
    } catch {
      fatalError("\(error)")
    }
  }

  /// Segments `A`, `B` and `C` in a ring. Their ends are on the border, or tied to it, and keep
  /// their names whatever stands between them; the load of all is the same.
  static func ring(interior: Int) -> Topology {
    var grid = Topology(name: "ring")
    let names = ["A", "B", "C"]
    for name in names {
      let inside = (1...interior).map { number in
        "\(name)-" + String(repeating: "0", count: 4 - "\(number)".count) + "\(number)"
      }
      let buses = ["\(name)-head"] + inside + ["\(name)-tail"]
      for bus in buses { grid.buses.append(Bus(id: Name(bus), nominalVoltage_kV: 20)) }
      for (from, to) in zip(buses, buses.dropFirst()) {
        grid.branches.append(
          Branch(
            id: Name("\(from)/\(to)"), from: Name(from), to: Name(to),
            r_pu: 0.02 / Double(interior), x_pu: 0.1 / Double(interior)))
      }
      for bus in inside {
        var load = Load(id: Name("load-\(bus)"), bus: Name(bus))
        load.p_MW = 30 / Double(interior)
        load.q_Mvar = 6 / Double(interior)
        grid.loads.append(load)
      }
      grid.segments.append(SegmentPlan(id: Name(name), buses: buses.map { Name($0) }))
    }
    for (name, next) in zip(names, ["B", "C", "A"]) {
      grid.branches.append(
        Branch(
          id: Name("tie-\(name)\(next)"), from: Name("\(name)-tail"), to: Name("\(next)-head"),
          r_pu: 0.01, x_pu: 0.05))
    }
    grid.sources = [Source(id: "grid", bus: "A-0001")]
    return grid
  }
}

extension Topology {
  func with(seed: UInt64) -> Topology {
    var topology = self
    topology.time.seed = seed
    return topology
  }

  func starting(after seconds: Int64) -> Topology {
    var topology = self
    topology.time.start = topology.time.start.advanced(by: seconds)
    return topology
  }

  /// With set-points that segments find, or a schedule.
  func balanced(_ algorithm: BalancingPlan.Algorithm, steps: Int = 96) -> Topology {
    var topology = self
    topology.balancing?.algorithm = algorithm
    topology.balancing?.horizon_steps = steps
    return topology
  }

  /// Every load times a factor.
  func withLoads(times factor: Double) -> Topology {
    var topology = self
    for position in topology.loads.indices {
      topology.loads[position].p_MW *= factor
      topology.loads[position].q_Mvar *= factor
    }
    return topology
  }
}
