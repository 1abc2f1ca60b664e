import GridModel
import Quantities

/// Turns the branch elements of a topology into two-ports between rows.
struct BranchCompiler {
  let topology: Topology
  let base: PowerBase
  let rowOfBus: [Bus.ID: Network.Row]
  let foreign: [Bus.ID: Bus]
  let stampedElsewhere: Set<ElementReference>

  /// Every branch element in service, in the order lines, branches, transformers.
  func branches() -> [Network.BranchModel] {
    let buses = Dictionary(uniqueKeysWithValues: topology.buses.map { ($0.id, $0) })
      .merging(foreign) { own, _ in own }
    let openEnds = openEnds()
    var models: [Network.BranchModel] = []

    func compile<B: BranchElement>(
      _ element: B, port: (_ from: Bus, _ to: Bus) -> TwoPort,
      ratedCurrent_kA: (_ from: Bus, _ to: Bus) -> (from: Double, to: Double)?
    ) {
      guard element.inService, let from = buses[element.from], let to = buses[element.to] else {
        return
      }
      let open = openEnds[element.reference] ?? []
      let rated = ratedCurrent_kA(from, to)
      let isFromClosed = !open.contains(.from) && from.inService
      let isToClosed = !open.contains(.to) && to.inService
      models.append(
        Network.BranchModel(
          reference: element.reference, from: element.from, to: element.to,
          fromRow: rowOfBus[element.from], toRow: rowOfBus[element.to],
          isFromClosed: isFromClosed, isToClosed: isToClosed,
          port: port(from, to).open(from: !isFromClosed, to: !isToClosed),
          ratedCurrentFrom_kA: rated?.from, ratedCurrentTo_kA: rated?.to,
          fromVoltage_kV: from.nominalVoltage_kV, toVoltage_kV: to.nominalVoltage_kV,
          isStamped: !stampedElsewhere.contains(element.reference)))
    }

    for line in topology.lines {
      compile(line) { from, _ in
        TwoPort(
          line, nominalVoltage_kV: from.nominalVoltage_kV, base: base,
          frequency_Hz: topology.frequency_Hz)
      } ratedCurrent_kA: { _, _ in
        line.rating_A.map { rating in
          let current = rating * Double(line.parallel) / 1_000
          return (current, current)
        }
      }
    }
    for branch in topology.branches {
      compile(branch) { _, _ in
        TwoPort(branch)
      } ratedCurrent_kA: { from, to in
        guard let rating = branch.rating_MVA else { return nil }
        let scale = rating / base.power_MVA
        return (
          base.current_kA(at: from.nominalVoltage_kV) * scale,
          base.current_kA(at: to.nominalVoltage_kV) * scale
        )
      }
    }
    for unit in topology.transformers {
      compile(unit) { from, to in
        TwoPort(
          unit, hv_kV: from.nominalVoltage_kV, lv_kV: to.nominalVoltage_kV, base: base)
      } ratedCurrent_kA: { _, _ in
        let rating = PowerBase(power_MVA: unit.rating_MVA * Double(unit.parallel))
        return (rating.current_kA(at: unit.vHv_kV), rating.current_kA(at: unit.vLv_kV))
      }
    }
    return models
  }

  private func openEnds() -> [ElementReference: Set<Switch.End>] {
    var ends: [ElementReference: Set<Switch.End>] = [:]
    for device in topology.switches where device.inService && !device.closed {
      if case .end(let element, let end) = device.place { ends[element, default: []].insert(end) }
    }
    return ends
  }
}
