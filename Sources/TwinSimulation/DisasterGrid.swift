import GridModel
import Twin

/// The grid that disasters happen to: small enough to solve in no time, cut enough to have much to do
/// with its neighbours.
///
/// Twenty-four segments of two to four buses stand in a ring, `s01` to `s24`; every third one, the
/// first on its node, is also tied to the third one before and after: a ring of rings. Nodes `n1` to
/// `n8` host three each. Loads, sun and batteries change from tick to tick.
public enum DisasterGrid {
  /// How many nodes the placement names.
  public static let nodeCount = 8
  /// How many segments stand on each.
  public static let segmentsPerNode = 3

  /// The grid with its segments and their placement.
  public static let topology = make()

  /// The same with prices, and segments that balance among themselves: import is dear in the
  /// morning, every second load can move, sun can be curtailed. A few rounds have to do.
  public static func balanced(by algorithm: BalancingPlan.Algorithm) -> Topology {
    var grid = topology
    var plan = BalancingPlan(algorithm)
    plan.horizon_steps = 6
    plan.maximumRounds = 6
    plan.wear_per_MWh = 2
    plan.imports = [
      BalancingPlan.ImportPrice(source: "grid", cost: .polynomial([8, 60, 0]), profile: "price")
    ]
    for (position, load) in grid.loads.enumerated() where position % 2 == 0 {
      plan.flexibleLoads.append(
        BalancingPlan.FlexibleLoad(
          load: load.id, way: .shift(share_pct: 20, from_s: 6 * 3600, until_s: 14 * 3600)))
    }
    plan.curtailable = [.photovoltaic]
    grid.profiles.append(Profile(id: "price", course: .shape(.eveningPeak)))
    grid.balancing = plan
    return grid
  }

  /// How a twin of it starts: the same for every run.
  package static func plan(
    balancedBy algorithm: BalancingPlan.Algorithm
  ) throws -> TwinPlan {
    switch algorithm {
    case .schedule: try scheduledPlan.get()
    case .tree: try treePlan.get()
    case .admm: try consensusPlan.get()
    }
  }

  private static let scheduledPlan = Result { try TwinPlan(topology) }
  private static let treePlan = Result { try TwinPlan(balanced(by: .tree)) }
  private static let consensusPlan = Result { try TwinPlan(balanced(by: .admm)) }

  /// Its slices as nodes read them: the same for every node of every run.
  static let slices = SliceShelf()

  private static func make() -> Topology {
    var grid = Topology(name: "disasters")
    grid.title = "A ring of rings for simulated disasters"
    grid.power_MVA = 10
    // Half past seven on a summer's day: the sun rises, people get up, batteries move.
    grid.time.start = grid.time.start.advanced(by: 171 * 86_400 + 7 * 3600 + 1800)
    grid.time.steps = 1_000_000
    let count = nodeCount * segmentsPerNode
    for position in 0..<count { add(segment: position, to: &grid) }
    for position in 0..<count {
      let next = (position + 1) % count
      tie(lastBus(of: position), firstBus(of: next), in: &grid)
      guard position % segmentsPerNode == 0 else { continue }
      tie(firstBus(of: position), firstBus(of: (position + segmentsPerNode) % count), in: &grid)
    }
    grid.sources = [Source(id: "grid", bus: Name(firstBus(of: 0)))]
    for node in 0..<nodeCount {
      let own = (0..<segmentsPerNode).map {
        Name<SegmentPlan>(name(of: segmentsPerNode * node + $0))
      }
      grid.placement.append(Placement(node: "n\(node + 1)", segments: own))
    }
    return grid
  }

  private static func name(of segment: Int) -> String {
    (segment < 9 ? "s0" : "s") + "\(segment + 1)"
  }

  private static func busCount(of segment: Int) -> Int { 2 + segment % 3 }

  private static func firstBus(of segment: Int) -> String { name(of: segment) + "-1" }

  private static func lastBus(of segment: Int) -> String {
    name(of: segment) + "-\(busCount(of: segment))"
  }

  private static func add(segment: Int, to grid: inout Topology) {
    let name = name(of: segment)
    let buses = (1...busCount(of: segment)).map { "\(name)-\($0)" }
    for bus in buses {
      grid.buses.append(Bus(id: Name(bus), nominalVoltage_kV: 20))
      var load = Load(id: Name("load-\(bus)"), bus: Name(bus))
      load.p_MW = 0.12
      load.q_Mvar = 0.03
      load.customers = 100
      grid.loads.append(load)
    }
    for (from, to) in zip(buses, buses.dropFirst()) {
      grid.branches.append(
        Branch(id: Name("\(from)/\(to)"), from: Name(from), to: Name(to), r_pu: 0.01, x_pu: 0.02))
    }
    if segment % 2 == 0 {
      var sun = Photovoltaic(id: Name("pv-\(name)"), bus: Name(buses[0]))
      sun.p_MW = 0.2
      grid.photovoltaics.append(sun)
    }
    if segment % 4 == 1 {
      var battery = Battery(
        id: Name("battery-\(name)"), bus: Name(buses[1]), energy_MWh: 0.5, pLimits_MW: -0.1...0.1)
      battery.schedule = [
        .init(from_s: 7 * 3600, until_s: 12 * 3600, p_MW: -0.05),
        .init(from_s: 12 * 3600, until_s: 20 * 3600, p_MW: 0.05),
      ]
      grid.batteries.append(battery)
    }
    grid.segments.append(SegmentPlan(id: Name(name), buses: buses.map { Name($0) }))
  }

  private static func tie(_ from: String, _ to: String, in grid: inout Topology) {
    grid.branches.append(
      Branch(
        id: Name("tie-\(from)/\(to)"), from: Name(from), to: Name(to), r_pu: 0.005, x_pu: 0.01))
  }
}
