import ConvexOptimization
import GridModel
import Quantities

extension DCGrid {
  /// Takes the DC approximation of a topology, at the powers that the document writes.
  ///
  /// Generators with limits or a cost are units, and so are sources, without limits and at no price.
  /// Loads, shunt conductances, photovoltaics, wind, batteries and other generators are fixed. Iron
  /// losses are left out.
  ///
  /// Throws for a cost that is not convex or has a degree above two, and for a branch without reactance
  /// where the definition divides by it.
  public init(_ topology: Topology, definition: DCDefinition) throws(DCGridError) {
    let base = PowerBase(power_MVA: topology.power_MVA)
    let rows = DCRows(topology)
    var demand = [Double](repeating: 0, count: rows.buses.count)
    func add<A: Asset>(_ assets: [A], _ power_MW: (A) -> Double) {
      for asset in assets where asset.inService {
        guard let row = rows.row(of: asset.bus) else { continue }
        demand[row] += base.perUnit(power: power_MW(asset))
      }
    }
    add(topology.loads) { $0.p_MW }
    add(topology.shunts) { $0.g_MW }
    add(topology.photovoltaics) { -$0.p_MW }
    add(topology.windTurbines) { -$0.p_MW }
    add(topology.batteries) { -$0.p_MW }

    var units: [DCUnit] = []
    for source in topology.sources where source.inService {
      guard let row = rows.row(of: source.bus) else { continue }
      units.append(
        DCUnit(
          element: source.reference, row: row, lower: -.infinity, upper: .infinity, cost: .none))
    }
    for generator in topology.generators where generator.inService {
      guard let row = rows.row(of: generator.bus) else { continue }
      if generator.pLimits_MW == nil, generator.cost == nil {
        demand[row] -= base.perUnit(power: generator.p_MW)
      } else {
        units.append(try DCUnit(generator, row: row, base: base))
      }
    }
    self.definition = definition
    self.base = base
    buses = rows.buses
    self.demand = demand
    self.units = units
    branches = try DCBranchCompiler(
      topology: topology, base: base, rows: rows, definition: definition
    ).branches()
    references = rows.references(topology, branches: branches)
  }
}

extension DCUnit {
  /// Limits from here on stand for none: a case file's `Inf` is read as such a number.
  private static let unlimited_MW = 1e9

  init(_ generator: Generator, row: Int, base: PowerBase) throws(DCGridError) {
    element = generator.reference
    self.row = row
    var (lower, upper) = (-Double.infinity, Double.infinity)
    if let limits = generator.pLimits_MW {
      if limits.lowerBound > -Self.unlimited_MW { lower = base.perUnit(power: limits.lowerBound) }
      if limits.upperBound < Self.unlimited_MW { upper = base.perUnit(power: limits.upperBound) }
    }
    self.lower = lower
    self.upper = upper
    cost = try DCCost(generator, isFixed: lower == upper, base: base)
  }
}

extension DCCost {
  /// The cost in per unit. Of a unit whose power is fixed, any cost is a constant.
  init(_ generator: Generator, isFixed: Bool, base: PowerBase) throws(DCGridError) {
    let element = generator.reference
    switch generator.cost {
    case nil: self = .none
    case .polynomial(let written):
      let coefficients = Array(written.drop { $0 == 0 })
      if isFixed, let limits = generator.pLimits_MW {
        let cost = coefficients.reduce(0) { $0 * limits.lowerBound + $1 }
        self = .quadratic(0, linear: 0, constant: cost)
        return
      }
      guard coefficients.count <= 3 else {
        throw .costDegree(element, coefficients.count - 1)
      }
      let padded = [Double](repeating: 0, count: 3 - coefficients.count) + coefficients
      guard padded[0] >= 0 else {
        throw .costNotConvex(element, "its quadratic coefficient is \(padded[0]), below zero")
      }
      self = .quadratic(
        padded[0] * base.power_MVA * base.power_MVA, linear: padded[1] * base.power_MVA,
        constant: padded[2])
    case .piecewise(let points):
      do {
        self = .piecewise(
          try PiecewiseLinearCost(
            through: points.map { (x: base.perUnit(power: $0.p_MW), cost: $0.cost) }))
      } catch { throw .costNotConvex(element, "\(error)") }
    }
  }
}
