import ConvexOptimization

/// The cheapest plan of a region over a horizon, as a quadratic program: the region's DC grid once for
/// each period, joined over time by what is stored.
///
///     minimise    Σ hours × (cost of units and of stores + overloads)
///     subject to  Σ injections - Σ flows that leave = demand             at own rows
///                 lower ≤ flow - overload ≤ upper                        on lines with a band
///                 E - E before = (√η charge - discharge / √η) hours      of stores
///
/// A limit that cannot be kept is left by as little as possible instead of leaving no plan at all.
struct HorizonProgram: Sendable {
  let program: QuadraticProgram
  /// For each link, the variables of its shared angles, period by period.
  let shared: [[Int]]
  private let region: HorizonRegion
  private let angles: [[Int]]
  private let units: [[Int]]
  private let charges: [[Int]]
  private let discharges: [[Int]]

  /// The price of the square of an overload, in the price of power per per-unit: where leaving a band
  /// saves as much as power costs, it is left by 5e-3 pu. A stiffer one would swamp all other costs.
  private static let stiffness = 100.0

  /// - Parameter price: of power, an hour's per per-unit: what overloads are held against.
  init(_ region: HorizonRegion, price: Double) {
    var builder = QuadraticProgramBuilder()
    var given: [Int: Double] = [:]
    for reference in region.references { given[reference.row] = reference.angle }
    var angles: [[Int]] = []
    var units: [[Int]] = []
    var charges: [[Int]] = []
    var discharges: [[Int]] = []
    var last: [Int?] = region.stores.map { _ in nil }
    for (period, hours) in region.hours.enumerated() {
      let angle = (0..<region.rowCount).map { row in
        builder.addVariable(lower: given[row] ?? -.infinity, upper: given[row] ?? .infinity)
      }
      let balance = region.demand[period].map { builder.addRow([], equals: $0) }
      units.append(
        region.units.map { unit in
          let variable = builder.addVariable(
            lower: unit.lower[period], upper: unit.upper[period],
            linear: hours * unit.linear[period], quadratic: 2 * hours * unit.quadratic[period])
          builder.addTerm(toRow: balance[unit.row], variable: variable, 1)
          return variable
        })
      var into: [Int] = []
      var out: [Int] = []
      for (number, store) in region.stores.enumerated() {
        let (linear, quadratic) = (hours * store.linear, 2 * hours * store.quadratic)
        let charge = builder.addVariable(
          lower: 0, upper: store.charge[period], linear: linear, quadratic: quadratic)
        let discharge = builder.addVariable(
          lower: 0, upper: store.discharge[period], linear: linear, quadratic: quadratic)
        let energy = builder.addVariable(lower: store.lower[period], upper: store.upper[period])
        builder.addTerm(toRow: balance[store.row], variable: charge, -1)
        builder.addTerm(toRow: balance[store.row], variable: discharge, 1)
        var terms = [
          (energy, 1.0), (charge, -store.kept * hours), (discharge, hours / store.kept),
        ]
        if let before = last[number] { terms.append((before, -1)) }
        builder.addRow(terms, equals: last[number] == nil ? store.energy : 0)
        last[number] = energy
        into.append(charge)
        out.append(discharge)
      }
      for line in region.lines {
        let b = line.susceptance
        for (row, sign) in [(line.from, -1.0), (line.to, 1.0)] where row < region.ownRowCount {
          builder.addTerm(toRow: balance[row], variable: angle[line.from], sign * b)
          builder.addTerm(toRow: balance[row], variable: angle[line.to], -sign * b)
          if line.shift != 0 { builder.shiftRow(balance[row], by: sign * b * line.shift) }
        }
        guard let band = line.band else { continue }
        let overload = builder.addVariable(
          quadratic: 2 * hours * price * Self.stiffness)
        builder.addRow(
          [(angle[line.from], b), (angle[line.to], -b), (overload, -1)],
          lower: band.lower + b * line.shift, upper: band.upper + b * line.shift)
      }
      angles.append(angle)
      charges.append(into)
      discharges.append(out)
    }
    shared = region.links.map { link in
      angles.flatMap { angle in link.rows.map { angle[$0] } }
    }
    // The places of the penalties are made here, their values when the metric is known.
    for (link, list) in zip(region.links, shared) {
      let size = link.rows.count
      for period in region.hours.indices {
        let block = list[period * size..<(period + 1) * size]
        for (place, a) in block.enumerated() {
          for b in block.dropFirst(place) { builder.addCost(of: a, times: b, 0) }
        }
      }
    }
    self.region = region
    self.angles = angles
    self.units = units
    self.charges = charges
    self.discharges = discharges
    program = builder.program()
  }

  /// What a solution says of a period.
  func decision(_ primal: [Double], period: Int) -> HorizonDecision {
    HorizonDecision(
      units: units[period].map { primal[$0] },
      stores: zip(charges[period], discharges[period]).map { primal[$1] - primal[$0] },
      flows: region.lines.map { line in
        line.susceptance
          * (primal[angles[period][line.from]] - primal[angles[period][line.to]] - line.shift)
      })
  }
}
