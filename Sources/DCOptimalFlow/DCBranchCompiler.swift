import GridModel
import Quantities

/// Turns the branch elements of a topology into DC branches.
struct DCBranchCompiler {
  let topology: Topology
  let base: PowerBase
  let rows: DCRows
  let definition: DCDefinition

  /// PowerModels' widest band, written 1.0472 rad, in the place of none or one of 90 degrees or more.
  private static let widestAngle = 1.0472

  /// Every branch element in service with both ends closed, in the order lines, branches,
  /// transformers.
  func branches() throws(DCGridError) -> [DCBranch] {
    var opened: Set<ElementReference> = []
    for device in topology.switches where device.inService && !device.closed {
      if case .end(let element, _) = device.place { opened.insert(element) }
    }
    let voltages = Dictionary(
      topology.lines.isEmpty && topology.transformers.isEmpty
        ? [] : topology.buses.map { ($0.id, $0.nominalVoltage_kV) }, uniquingKeysWith: { a, _ in a }
    )
    var result: [DCBranch] = []
    result.reserveCapacity(topology.branches.count)
    func isPart(_ element: some BranchElement) -> Bool {
      element.inService && (opened.isEmpty || !opened.contains(element.reference))
    }
    for line in topology.lines where isPart(line) {
      let voltage = voltages[line.from] ?? 0
      let scale = line.length_km / Double(line.parallel) / base.impedance_ohm(at: voltage)
      let rating = line.rating_A.map { rating in
        rating / 1_000 * Double(line.parallel) / base.current_kA(at: voltage)
      }
      try append(
        line, Impedance(r: line.r_ohm_per_km * scale, x: line.x_ohm_per_km * scale),
        rating: rating, to: &result)
    }
    for branch in topology.branches where isPart(branch) {
      try append(
        branch,
        Impedance(
          r: branch.r_pu, x: branch.x_pu, tap: branch.tap,
          shift: branch.shift_deg.radiansFromDegrees),
        rating: branch.rating_MVA.map(base.perUnit(power:)), angles: branch.angleLimits_deg,
        to: &result)
    }
    for unit in topology.transformers where isPart(unit) {
      let rating = base.perUnit(power: unit.rating_MVA * Double(unit.parallel))
      try append(
        unit,
        Impedance(unit, hv_kV: voltages[unit.hv] ?? 0, lv_kV: voltages[unit.lv] ?? 0, base: base),
        rating: rating, to: &result)
    }
    return result
  }

  struct Impedance {
    var r: Double
    var x: Double
    var tap = 1.0
    var shift = 0.0
  }

  private func append(
    _ element: some BranchElement, _ impedance: Impedance, rating: Double?,
    angles: ClosedRange<Double>? = nil, to result: inout [DCBranch]
  ) throws(DCGridError) {
    guard let from = rows.row(of: element.from), let to = rows.row(of: element.to), from != to
    else { return }
    let (r, x) = (impedance.r, impedance.x)
    var limits = angles.map {
      $0.lowerBound.radiansFromDegrees...$0.upperBound.radiansFromDegrees
    }
    let susceptance: Double
    switch definition {
    case .matpower:
      susceptance = 1 / (x * impedance.tap)
      guard susceptance.isFinite else { throw .noReactance(element.reference) }
    case .pglib:
      susceptance = x / (r * r + x * x)
      limits = narrowed(limits)
    }
    result.append(
      DCBranch(
        element: element.reference, from: from, to: to, susceptance: susceptance,
        shift: definition == .matpower ? impedance.shift : 0, rating: rating, angleLimits: limits))
  }

  private func narrowed(_ limits: ClosedRange<Double>?) -> ClosedRange<Double> {
    let widest = Self.widestAngle
    guard let limits else { return -widest...widest }
    let lower = limits.lowerBound <= -.pi / 2 ? -widest : limits.lowerBound
    let upper = limits.upperBound >= .pi / 2 ? widest : limits.upperBound
    return lower...max(lower, upper)
  }
}

extension DCBranchCompiler.Impedance {
  /// The short-circuit impedance on the low-voltage side's base, behind the ratio of the windings.
  init(_ unit: Transformer, hv_kV: Double, lv_kV: Double, base: PowerBase) {
    let factor = unit.tap?.factor ?? 1
    let ratedHv = unit.vHv_kV * (unit.tap?.side == .hv ? factor : 1)
    let ratedLv = unit.vLv_kV * (unit.tap?.side == .lv ? factor : 1)
    let rebase =
      (ratedLv / lv_kV) * (ratedLv / lv_kV) * base.power_MVA
      / (unit.rating_MVA * Double(unit.parallel))
    r = unit.vkr_pct / 100 * rebase
    x =
      max(0, unit.vk_pct * unit.vk_pct - unit.vkr_pct * unit.vkr_pct).squareRoot() / 100 * rebase
    tap = ratedHv / hv_kV * (lv_kV / ratedLv)
    shift = (Double(unit.clock) * 30).radiansFromDegrees
  }
}
