import GridModel
import Quantities
import SparseAlgebra

/// Adds up what every bus injects, and shares what a held row needs among its holders.
struct InjectionLedger {
  /// Net injection of every own bus in per unit, in the document's order.
  private(set) var injections: [Complex]

  private let network: Network
  private let rows: RowPlan
  private let voltages: Voltages
  private let positionOfBus: [Bus.ID: Int]
  /// What is known to be injected at each row.
  private var known: [Complex]
  /// Who answers for the rest at each row: sources first, otherwise generators.
  private var sources: [[Int]]
  private var generators: [[Int]]

  init(network: Network, rows: RowPlan, voltages: Voltages) {
    self.network = network
    self.rows = rows
    self.voltages = voltages
    injections = [Complex](repeating: .zero, count: network.topology.buses.count)
    positionOfBus = Dictionary(
      uniqueKeysWithValues: network.topology.buses.enumerated().map { ($0.element.id, $0.offset) })
    known = [Complex](repeating: .zero, count: network.rowCount)
    sources = [[Int]](repeating: [], count: network.rowCount)
    generators = sources
    for (position, source) in network.topology.sources.enumerated() where source.inService {
      sources[network.row(of: source.bus)!].append(position)
    }
    for (position, machine) in network.topology.generators.enumerated()
    where machine.inService && machine.holdsVoltage {
      generators[network.row(of: machine.bus)!].append(position)
    }
  }

  /// Enters every asset whose power is known; loads follow the voltage.
  mutating func enter(_ point: OperatingPoint, totals: inout FlowTotals) {
    let topology = network.topology
    enter(topology.photovoltaics, point.photovoltaics) { power in
      totals.generation_MW += power.p_MW
      totals.generation_Mvar += power.q_Mvar
      totals.photovoltaic_MW += power.p_MW
    }
    enter(topology.windTurbines, point.windTurbines) { power in
      totals.generation_MW += power.p_MW
      totals.generation_Mvar += power.q_Mvar
      totals.wind_MW += power.p_MW
    }
    enter(topology.batteries, point.batteries) { power in
      totals.storage_MW += power.p_MW
      totals.storage_Mvar += power.q_Mvar
    }
    for (machine, power) in zip(topology.generators, point.generators) where machine.inService {
      let row = network.row(of: machine.bus)!
      guard rows.roles[row] != .dark else { continue }
      // A machine that holds its voltage gives whatever reactive power that takes.
      let reactive = machine.holdsVoltage ? 0 : power.q_Mvar
      add(Complex(power.p_MW, reactive), at: machine.bus)
      totals.generation_MW += power.p_MW
      totals.generation_Mvar += reactive
    }
    for (load, power) in zip(topology.loads, point.loads) where load.inService {
      let row = network.row(of: load.bus)!
      guard rows.roles[row] != .dark else {
        totals.unserved_MW += power.p_MW
        continue
      }
      let v = voltages.magnitude[row]
      let p = power.p_MW * (load.zip?.p.factor(at: v) ?? 1)
      let q = power.q_Mvar * (load.zip?.q.factor(at: v) ?? 1)
      add(Complex(-p, -q), at: load.bus)
      totals.load_MW += p
      totals.load_Mvar += q
    }
  }

  /// Gives the holders of a row what the network needs there beyond what is known.
  ///
  /// Equal shares: reactive power at every held row; active power at a reference, from its sources,
  /// or from the generator of the largest slack weight, then of the smallest id.
  mutating func balance(_ row: Network.Row, needed: Complex, totals: inout FlowTotals) {
    let role = rows.roles[row]
    guard role == .reference || role == .voltageHeld else { return }
    let missing = needed - known[row]
    let reactive_Mvar = network.base.megawatts(missing.imaginary)
    let active_MW = role == .reference ? network.base.megawatts(missing.real) : 0
    if !sources[row].isEmpty {
      let share = Complex(active_MW, reactive_Mvar) / Double(sources[row].count)
      for position in sources[row] { add(share, at: network.topology.sources[position].bus) }
      totals.import_MW += active_MW
      totals.import_Mvar += reactive_Mvar
    } else {
      let machines = generators[row].map { network.topology.generators[$0] }
      let share = reactive_Mvar / Double(max(1, machines.count))
      for machine in machines { add(Complex(0, share), at: machine.bus) }
      let reference = machines.min { ($1.slackWeight, $0.id) < ($0.slackWeight, $1.id) }
      if let reference {
        add(Complex(active_MW, 0), at: reference.bus)
      }
      totals.generation_MW += active_MW
      totals.generation_Mvar += reactive_Mvar
    }
  }

  private mutating func enter<A: Asset>(
    _ assets: [A], _ powers: [OperatingPoint.Power], count: (OperatingPoint.Power) -> Void
  ) {
    for (asset, power) in zip(assets, powers) where asset.inService {
      guard rows.roles[network.row(of: asset.bus)!] != .dark else { continue }
      add(Complex(power.p_MW, power.q_Mvar), at: asset.bus)
      count(power)
    }
  }

  private mutating func add(_ power_MVA: Complex, at bus: Bus.ID) {
    let power = power_MVA / network.base.power_MVA
    if let position = positionOfBus[bus] { injections[position] += power }
    known[network.row(of: bus)!] += power
  }
}

extension Load.VoltageDependence.Shares {
  /// The factor on the written power at a voltage in per unit.
  package func factor(at v: Double) -> Double { power + v * (current + v * impedance) }
}
