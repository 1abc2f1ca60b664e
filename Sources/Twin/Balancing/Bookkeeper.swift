import Assets
import GridModel
import PowerFlow
import Quantities

/// Works out what a solved tick cost.
struct Bookkeeper: Sendable {
  private let topology: Topology
  private let plan: BalancingPlan
  private let network: Network
  private let fleet: AssetFleet
  private let factors: [Profile.ID: Profile.Course]

  /// `nil` for a topology without prices.
  init?(_ topology: Topology, network: Network) {
    guard let plan = topology.balancing else { return nil }
    self.topology = topology
    self.plan = plan
    self.network = network
    fleet = AssetFleet(topology)
    factors = Dictionary(uniqueKeysWithValues: topology.profiles.map { ($0.id, $0.course) })
  }

  /// - Parameters:
  ///   - powers: what assets were set to.
  ///   - flow: the solved grid, which says what sources and the reference gave.
  func figures(
    of tick: Int64, did powers: FleetPowers, _ flow: FlowReport, voltages: Voltages, rows: RowPlan,
    _ balance: BalanceOutcome?
  ) -> BalanceFigures {
    let begin = topology.time.time(of: tick)
    let hours = Double(topology.time.step_s) / 3_600
    let free = fleet.forecast(at: begin)
    var figures = BalanceFigures()
    figures.rounds = balance?.rounds ?? 0
    figures.residual = balance?.residual ?? 0
    var hourly = 0.0

    let held = heldPowers(powers, flow, voltages: voltages, rows: rows)
    for price in plan.imports {
      guard let p_MW = held[ElementReference(.source, price.source.text)] else { continue }
      let factor = price.profile.flatMap { factors[$0] }?.factor(at: begin.secondOfDay) ?? 1
      hourly += factor * price.cost(p_MW)
    }
    let machines = Dictionary(
      uniqueKeysWithValues: topology.generators.map { ($0.reference, $0) })
    for power in powers.generators {
      guard let cost = machines[power.asset]?.cost, isLit(power.bus, rows) else { continue }
      hourly += cost(power.p_MW + (held[power.asset] ?? 0))
    }
    for power in powers.batteries { hourly += plan.wear_per_MWh * abs(power.p_MW) }
    for flexible in plan.flexibleLoads {
      guard let place = powers.loads.firstIndex(where: { $0.asset.id == flexible.load.text })
      else { continue }
      let less_MW = free.loads[place].p_MW - powers.loads[place].p_MW
      switch flexible.way {
      case .shed(_, let price):
        figures.shed_MW += less_MW
        hourly += price * less_MW
      case .shift: figures.moved_MW += less_MW
      }
    }
    for (could, did) in zip(
      free.photovoltaics + free.windTurbines, powers.photovoltaics + powers.windTurbines)
    {
      figures.curtailed_MW += could.p_MW - did.p_MW
    }
    figures.cost = hourly * hours
    return figures
  }

  private func isLit(_ bus: Bus.ID, _ rows: RowPlan) -> Bool {
    network.row(of: bus).map { rows.islandOfRow[$0] != nil } ?? false
  }

  /// What sources, and the machine of each reference, gave beyond what was set: what the solved grid
  /// takes at their buses, less what else is known there.
  private func heldPowers(
    _ powers: FleetPowers, _ flow: FlowReport, voltages: Voltages, rows: RowPlan
  ) -> [ElementReference: Double] {
    var holders: [Bus.ID: [ElementReference]] = [:]
    for source in topology.sources where source.inService {
      holders[source.bus, default: []].append(source.reference)
    }
    let sourceRows = Set(holders.keys.compactMap { network.row(of: $0) })
    var machines: [Network.Row: Generator] = [:]
    for machine in topology.generators where machine.inService && machine.holdsVoltage {
      guard let row = network.row(of: machine.bus), rows.roles[row] == .reference,
        !sourceRows.contains(row)
      else { continue }
      // The same one that answers for the row in the report.
      if let other = machines[row],
        (machine.slackWeight, other.id) <= (other.slackWeight, machine.id)
      {
        continue
      }
      machines[row] = machine
    }
    for machine in machines.values { holders[machine.bus] = [machine.reference] }
    guard !holders.isEmpty else { return [:] }

    var known: [Bus.ID: Double] = [:]
    let loads = Dictionary(uniqueKeysWithValues: topology.loads.map { ($0.reference, $0) })
    for power in powers.all where holders[power.bus] != nil {
      var injected = power.injected_MW
      if let zip = loads[power.asset]?.zip, let row = network.row(of: power.bus) {
        injected *= zip.p.factor(at: voltages.magnitude[row])
      }
      known[power.bus, default: 0] += injected
    }
    var held: [ElementReference: Double] = [:]
    for bus in flow.buses {
      guard let elements = holders[bus.bus], bus.isEnergised else { continue }
      let extra = bus.p_MW - (known[bus.bus] ?? 0)
      for element in elements { held[element] = extra / Double(elements.count) }
    }
    return held
  }
}
