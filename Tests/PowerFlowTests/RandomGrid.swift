import GridModel
import SeededRandom

/// Small grids with everything in them that a power flow must understand; one seed, one grid.
///
/// One to three islands of two voltage levels, each with a reference of some sort, and sometimes a
/// dark one. Loads are light, so that a solution exists.
struct RandomGrid {
  private(set) var topology = Topology(name: "random")
  private var random: SeededGenerator
  private var nextId = 0
  /// The buses of the island at hand: 110 kV and 20 kV.
  private var high: [Bus.ID] = []
  private var low: [Bus.ID] = []
  private var clock = 0

  static func make(seed: UInt64) -> Topology {
    var grid = RandomGrid(seed: seed)
    let count = Int.random(in: 1...3, using: &grid.random)
    for _ in 0..<count { grid.addIsland(isDark: false) }
    if grid.chance(0.4) { grid.addIsland(isDark: true) }
    grid.topology.buses.shuffle(using: &grid.random)
    grid.topology.lines.shuffle(using: &grid.random)
    grid.topology.generators.shuffle(using: &grid.random)
    return grid.topology
  }

  private init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    topology.power_MVA = [1, 10, 100].randomElement(using: &random)!
    topology.frequency_Hz = chance(0.5) ? 50 : 60
  }

  private mutating func addIsland(isDark: Bool) {
    high = []
    low = []
    clock = [0, 0, 1, 5, 11].randomElement(using: &random)!
    for _ in 0..<Int.random(in: 2...6, using: &random) {
      let bus = addBus(kV: 110)
      if let other = high.randomElement(using: &random) { joinHigh(other, bus) }
      high.append(bus)
    }
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let bus = addBus(kV: 20)
      if let other = low.randomElement(using: &random) {
        addLine(other, bus, kV: 20)
      } else {
        step(anyHigh(), bus)
      }
      low.append(bus)
    }
    if chance(0.5) { joinHigh(anyHigh(), high.first!) }
    if chance(0.5) { step(anyHigh(), anyLow()) }
    if chance(0.5) { addLine(anyLow(), low.first!, kV: 20) }
    addTwins()
    addOpenEnds()
    addOutOfService()
    addAssets()
    if !isDark { addReference() }
  }

  /// A name that is no part of any other.
  private mutating func name() -> String {
    nextId += 1
    return "<\(nextId)>"
  }

  private mutating func chance(_ share: Double) -> Bool {
    Double.random(in: 0..<1, using: &random) < share
  }

  private mutating func number(_ range: ClosedRange<Double>) -> Double {
    Double.random(in: range, using: &random)
  }

  private mutating func anyHigh() -> Bus.ID { high.randomElement(using: &random)! }
  private mutating func anyLow() -> Bus.ID { low.randomElement(using: &random)! }

  private mutating func addBus(kV: Double) -> Bus.ID {
    let bus = Bus(id: .init("b" + name()), nominalVoltage_kV: kV)
    topology.buses.append(bus)
    return bus.id
  }

  // MARK: Branches

  @discardableResult
  private mutating func addLine(_ a: Bus.ID, _ b: Bus.ID, kV: Double) -> ElementReference? {
    guard a != b else { return nil }
    var line =
      kV == 110
      ? Line(
        id: .init(name()), from: a, to: b, length_km: number(3...30), r_ohm_per_km: 0.06,
        x_ohm_per_km: 0.4)
      : Line(
        id: .init(name()), from: a, to: b, length_km: number(0.3...3), r_ohm_per_km: 0.25,
        x_ohm_per_km: 0.3)
    line.c_nF_per_km = kV == 110 ? 9 : 200
    line.parallel = Int.random(in: 1...2, using: &random)
    line.rating_A = chance(0.5) ? 300 : nil
    topology.lines.append(line)
    return line.reference
  }

  private mutating func joinHigh(_ a: Bus.ID, _ b: Bus.ID) {
    guard chance(0.4) else {
      addLine(a, b, kV: 110)
      return
    }
    guard a != b else { return }
    // 12,100 ohm MVA: the same impedances at every base power.
    let ohm = 12_100 / topology.power_MVA
    var branch = Branch(
      id: .init(name()), from: a, to: b, r_pu: number(0...2) / ohm, x_pu: number(3...12) / ohm)
    branch.b_pu = number(0...1e-4) * ohm
    branch.tap = chance(0.5) ? 1 : number(0.97...1.03)
    branch.shift_deg = chance(0.5) ? 0 : number(-2...2)
    topology.branches.append(branch)
  }

  /// Between the voltage levels.
  @discardableResult
  private mutating func step(_ hv: Bus.ID, _ lv: Bus.ID) -> ElementReference {
    if chance(0.3) {
      var branch = Branch(
        id: .init(name()), from: hv, to: lv, r_pu: 0, x_pu: topology.power_MVA * number(2e-3...5e-3)
      )
      branch.tap = number(0.97...1.03)
      branch.shift_deg = Double(clock) * 30
      topology.branches.append(branch)
      return branch.reference
    }
    var unit = Transformer(
      id: .init(name()), hv: hv, lv: lv, rating_MVA: 25, vHv_kV: number(108...115),
      vLv_kV: number(20...21), vk_pct: number(9...14), vkr_pct: number(0.2...0.6))
    unit.clock = clock
    unit.parallel = Int.random(in: 1...2, using: &random)
    if chance(0.7) {
      unit.ironLoss_kW = number(5...30)
      unit.noLoad_pct = number(0.2...2)
    }
    if chance(0.7) {
      unit.tap = .init(
        side: chance(0.5) ? .hv : .lv, neutral: 0, min: -9, max: 9, step_pct: 1.25,
        position: Int.random(in: -2...2, using: &random))
    }
    topology.transformers.append(unit)
    return unit.reference
  }

  // MARK: Switches and what is out of service

  /// Second buses behind closed switches, which carry something of the first one's.
  private mutating func addTwins() {
    for (level, kV) in [(high, 110.0), (low, 20.0)] {
      for bus in level where chance(0.3) {
        let twin = addBus(kV: kV)
        topology.switches.append(
          Switch(id: .init(name()), place: chance(0.5) ? .between(bus, twin) : .between(twin, bus)))
        for position in topology.lines.indices where chance(0.5) {
          if topology.lines[position].from == bus { topology.lines[position].from = twin }
        }
        if kV == 110 { high.append(twin) } else { low.append(twin) }
      }
    }
    if chance(0.5), high.count > 1 {
      var device = Switch(id: .init(name()), place: .between(high[0], high[1]))
      device.closed = false
      topology.switches.append(device)
    }
  }

  private mutating func addOpenEnds() {
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let element: ElementReference? =
        switch Int.random(in: 0...2, using: &random) {
        case 0: addLine(anyHigh(), anyHigh(), kV: 110)
        case 1: addLine(anyLow(), anyLow(), kV: 20)
        default: step(anyHigh(), anyLow())
        }
      guard let element else { continue }
      let first: Switch.End = chance(0.5) ? .from : .to
      topology.switches.append(.open(.init(name()), element, first))
      if chance(0.2) {
        topology.switches.append(.open(.init(name()), element, first == .from ? .to : .from))
      }
    }
  }

  private mutating func addOutOfService() {
    guard chance(0.5) else { return }
    let bus = addBus(kV: 110)
    topology.buses[topology.buses.count - 1].inService = false
    addLine(anyHigh(), bus, kV: 110)
    topology.loads.append(.make(.init(name()), at: bus, 5, 1))
    addLine(anyHigh(), high[0], kV: 110)
    topology.lines[topology.lines.count - 1].inService = false
  }
}

// MARK: Assets

extension RandomGrid {
  private mutating func addAssets() {
    for (level, scale) in [(high, 10.0), (low, 1.0)] {
      for bus in level {
        if chance(0.6) { addLoad(at: bus, scale) }
        if chance(0.1) { addShunt(at: bus, scale) }
        if chance(0.2) { addPlant(at: bus, scale) }
        if chance(0.15) { addMachine(at: bus, scale) }
      }
    }
  }

  private mutating func addLoad(at bus: Bus.ID, _ scale: Double) {
    var load = Load.make(
      .init(name()), at: bus, scale * number(-0.2...1), scale * number(-0.2...0.4))
    if chance(0.5) {
      func shares(_ a: Double, _ b: Double) -> Load.VoltageDependence.Shares {
        .init(impedance: a, current: b, power: 1 - a - b)
      }
      load.zip = .init(
        p: shares(number(0...0.5), number(0...0.5)), q: shares(number(0...1), number(-0.3...0.5)))
    }
    load.inService = chance(0.9)
    topology.loads.append(load)
  }

  private mutating func addShunt(at bus: Bus.ID, _ scale: Double) {
    var shunt = Shunt(id: .init(name()), bus: bus)
    shunt.g_MW = scale * number(0...0.1)
    shunt.b_Mvar = scale * number(-0.5...0.5)
    topology.shunts.append(shunt)
  }

  private mutating func addPlant(at bus: Bus.ID, _ scale: Double) {
    switch Int.random(in: 0...3, using: &random) {
    case 0:
      var plant = Photovoltaic(id: .init(name()), bus: bus)
      plant.p_MW = scale * number(0...0.8)
      plant.powerFactor = chance(0.5) ? -0.95 : nil
      topology.photovoltaics.append(plant)
    case 1:
      var plant = WindTurbine(id: .init(name()), bus: bus)
      plant.p_MW = scale * number(0...0.8)
      plant.q_Mvar = scale * number(-0.1...0.1)
      topology.windTurbines.append(plant)
    case 2:
      var battery = Battery(id: .init(name()), bus: bus, energy_MWh: 1, pLimits_MW: -9...9)
      battery.p_MW = scale * number(-0.5...0.5)
      topology.batteries.append(battery)
    default:
      var machine = Generator.make(.init(name()), at: bus, p_MW: scale * number(0...0.5))
      machine.q_Mvar = scale * number(-0.1...0.1)
      machine.holdsVoltage = false
      topology.generators.append(machine)
    }
  }

  private mutating func addMachine(at bus: Bus.ID, _ scale: Double) {
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      var machine = Generator.make(
        .init(name()), at: bus, p_MW: scale * number(0...1), v_pu: number(1...1.02))
      machine.inService = chance(0.9)
      topology.generators.append(machine)
    }
  }

  private mutating func addReference() {
    switch Int.random(in: 0...3, using: &random) {
    case 0:
      for weight in [1.0, 2, 2] {
        var machine = Generator.make(
          .init(name()), at: anyHigh(), p_MW: number(0...5), v_pu: number(1...1.02),
          slackWeight: weight)
        machine.angle_deg = number(-30...30)
        topology.generators.append(machine)
      }
    case 1:
      let angle_deg = number(-30...30)
      topology.sources.append(
        .make(.init(name()), at: high[0], v_pu: 1.01, angle_deg: angle_deg))
      if high.count > 1 {
        topology.sources.append(
          .make(.init(name()), at: high[1], v_pu: 1.01, angle_deg: angle_deg))
      }
    default:
      topology.sources.append(.make(.init(name()), at: anyHigh(), v_pu: number(1...1.03)))
    }
  }
}
