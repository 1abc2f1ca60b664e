import GridModel
import Quantities

/// What stands at each row of a network: power that follows the voltage, and what holds it.
///
/// The specified injection of a row is P(V) = p₀ + p₁ V + p₂ V² and likewise for Q, positive into
/// the network, in per unit; shape `[rowCount]` each. Rows of foreign buses have none: their owner
/// brings it.
package struct Injections: Sendable {
  package var active: [VoltagePolynomial]
  package var reactive: [VoltagePolynomial]
  /// The voltage that sources and generators hold, `nil` where none does.
  package var heldMagnitude: [Double?]

  package struct VoltagePolynomial: Sendable, Equatable {
    package var constant = 0.0
    package var linear = 0.0
    package var quadratic = 0.0

    @inline(__always)
    func value(at v: Double) -> Double { constant + v * (linear + v * quadratic) }

    @inline(__always)
    func derivative(at v: Double) -> Double { linear + 2 * v * quadratic }
  }

  package init(_ point: OperatingPoint, on network: Network) {
    let base = network.base
    let topology = network.topology
    var active = [VoltagePolynomial](repeating: .init(), count: network.rowCount)
    var reactive = active
    var held = [Double?](repeating: nil, count: network.rowCount)

    func inject<A: Asset>(_ assets: [A], _ powers: [OperatingPoint.Power]) {
      for (asset, power) in zip(assets, powers) where asset.inService {
        guard let row = network.row(of: asset.bus) else { continue }
        active[row].constant += base.perUnit(power: power.p_MW)
        reactive[row].constant += base.perUnit(power: power.q_Mvar)
      }
    }
    inject(topology.photovoltaics, point.photovoltaics)
    inject(topology.windTurbines, point.windTurbines)
    inject(topology.batteries, point.batteries)
    inject(topology.generators, point.generators)
    for (load, power) in zip(topology.loads, point.loads) where load.inService {
      guard let row = network.row(of: load.bus) else { continue }
      let p = load.zip?.p ?? .constantPower
      let q = load.zip?.q ?? .constantPower
      active[row].subtract(base.perUnit(power: power.p_MW), shared: p)
      reactive[row].subtract(base.perUnit(power: power.q_Mvar), shared: q)
    }
    for generator in topology.generators where generator.inService && generator.holdsVoltage {
      if let row = network.row(of: generator.bus) { held[row] = generator.v_pu }
    }
    for source in topology.sources where source.inService {
      if let row = network.row(of: source.bus) { held[row] = source.v_pu }
    }
    self.active = active
    self.reactive = reactive
    heldMagnitude = held
  }
}

extension Injections.VoltagePolynomial {
  fileprivate mutating func subtract(_ power: Double, shared: Load.VoltageDependence.Shares) {
    constant -= power * shared.power
    linear -= power * shared.current
    quadratic -= power * shared.impedance
  }
}
