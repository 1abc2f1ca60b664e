import GridModel
import Quantities
import SparseAlgebra

/// Turns solved voltages into the report of a network.
package struct FlowReporter {
  private let network: Network
  private let point: OperatingPoint
  private let voltages: Voltages
  private let rows: RowPlan
  private let phasors: [Complex]

  package init(
    _ network: Network, point: OperatingPoint, voltages: Voltages, rows: RowPlan
  ) {
    self.network = network
    self.point = point
    self.voltages = voltages
    self.rows = rows
    phasors = voltages.phasors
  }

  /// - Parameter tiePower: for each own row, the power that flows from it into ties which the
  ///   neighbour counts, in per unit; empty for a whole grid.
  package func report(tiePower: [Network.Row: Complex] = [:]) -> FlowReport {
    var totals = FlowTotals()
    let branches = network.branches.filter(\.isStamped).map(result(of:))
    for branch in branches where branch.isEnergised {
      let losses = branch.pFrom_MW + branch.pTo_MW
      if branch.branch.kind == .transformer {
        totals.transformerLosses_MW += losses
      } else {
        totals.lineLosses_MW += losses
      }
      totals.losses_Mvar += branch.qFrom_Mvar + branch.qTo_Mvar
    }
    for row in 0..<network.ownRowCount where rows.islandOfRow[row] != nil {
      let square = phasors[row].squaredMagnitude
      totals.shunt_MW += network.base.megawatts(network.shunts[row].real * square)
      totals.shunt_Mvar += network.base.megawatts(network.shunts[row].imaginary * square)
    }
    let injections = busInjections(tiePower: tiePower, totals: &totals)
    let buses = zip(network.topology.buses, injections).map { bus, power in
      result(of: bus, injection: power)
    }
    return FlowReport(buses: buses, branches: branches, totals: totals)
  }

  private func result(of bus: Bus, injection: Complex) -> FlowReport.BusResult {
    let row = network.row(of: bus.id)!
    let island = rows.islandOfRow[row]
    let magnitude = island == nil ? nil : voltages.magnitude[row]
    let isKnown = bus.nominalVoltage_kV > 0
    return FlowReport.BusResult(
      bus: bus.id, v_pu: magnitude,
      v_kV: isKnown ? magnitude.map { $0 * bus.nominalVoltage_kV } : nil,
      angle_deg: island == nil
        ? nil : voltages.angle[row].degreesFromRadians.remainder(dividingBy: 360),
      p_MW: network.base.megawatts(injection.real),
      q_Mvar: network.base.megawatts(injection.imaginary), role: rows.roles[row].word,
      island: island.map { $0 + 1 },
      isWithinLimits: bus.limits_pu.flatMap { limits in magnitude.map(limits.contains) })
  }

  private func result(of branch: Network.BranchModel) -> FlowReport.BranchResult {
    let from = branch.isFromClosed ? branch.fromRow : nil
    let to = branch.isToClosed ? branch.toRow : nil
    let ends = [from, to].compactMap { $0 }
    let isEnergised = ends.contains { rows.islandOfRow[$0] != nil }
    let fromPhasor = from.map { phasors[$0] } ?? .zero
    let toPhasor = to.map { phasors[$0] } ?? .zero
    let power = branch.port.power(from: fromPhasor, to: toPhasor)
    let current = branch.port.current(from: fromPhasor, to: toPhasor)

    func current_kA(_ perUnit: Complex, at nominal_kV: Double) -> Double? {
      nominal_kV > 0 ? perUnit.magnitude * network.base.current_kA(at: nominal_kV) : nil
    }
    let fromCurrent = current_kA(current.from, at: branch.fromVoltage_kV)
    let toCurrent = current_kA(current.to, at: branch.toVoltage_kV)
    let loadings = [
      (fromCurrent, branch.ratedCurrentFrom_kA), (toCurrent, branch.ratedCurrentTo_kA),
    ].compactMap { current, rated in
      current.flatMap { current in rated.map { current / $0 * 100 } }
    }
    return FlowReport.BranchResult(
      branch: branch.reference, from: branch.from, to: branch.to, isEnergised: isEnergised,
      pFrom_MW: network.base.megawatts(power.from.real),
      qFrom_Mvar: network.base.megawatts(power.from.imaginary),
      pTo_MW: network.base.megawatts(power.to.real),
      qTo_Mvar: network.base.megawatts(power.to.imaginary),
      current_kA: [fromCurrent, toCurrent].compactMap { $0 }.max(), loading_pct: loadings.max())
  }

  /// The net injection of every bus: known assets as they are, and what a row needs beyond them
  /// from whatever holds it.
  private func busInjections(
    tiePower: [Network.Row: Complex], totals: inout FlowTotals
  ) -> [Complex] {
    var ledger = InjectionLedger(network: network, rows: rows, voltages: voltages)
    ledger.enter(point, totals: &totals)
    let computed = network.admittance.injectedPower(at: voltages)
    for row in 0..<network.ownRowCount {
      var needed = Complex(computed.active[row], computed.reactive[row])
      needed += tiePower[row] ?? .zero
      ledger.balance(row, needed: needed, totals: &totals)
    }
    return ledger.injections
  }
}

extension RowRole {
  /// The word that results use.
  package var word: String {
    switch self {
    case .reference: "reference"
    case .voltageHeld: "pv"
    case .free: "pq"
    case .dark: "dark"
    }
  }
}
