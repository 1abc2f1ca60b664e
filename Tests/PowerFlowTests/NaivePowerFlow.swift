import Foundation
import GridModel
import SparseAlgebra

/// A power flow as simple as it can be, to hold the real one against: a dense complex matrix,
/// transformers with their middle as a node, open ends as nodes without load, plain elimination.
struct NaivePowerFlow {
  struct NotConverged: Error {}

  /// Of every bus that a source reaches.
  private(set) var voltages: [Bus.ID: Complex] = [:]

  private let topology: Topology
  private let base: Double
  private var nodeOfBus: [Bus.ID: Int] = [:]
  private var entries: [(row: Int, column: Int, value: Complex)] = []
  /// Where current can flow, and the angle that is lost on the way.
  private var links: [(from: Int, to: Int, shift: Double)] = []
  private var nodeCount = 0

  init(_ topology: Topology) throws {
    self.topology = topology
    base = topology.power_MVA
    numberBuses()
    stampAll()
    try solve()
  }

  private mutating func numberBuses() {
    for bus in topology.buses where bus.inService { nodeOfBus[bus.id] = addNode() }
    // Relabel until every closed switch has the same node on both sides.
    for device in topology.switches where device.inService && device.closed {
      guard case .between(let a, let b) = device.place, let keep = nodeOfBus[a],
        let drop = nodeOfBus[b]
      else { continue }
      for (bus, node) in nodeOfBus where node == drop { nodeOfBus[bus] = keep }
    }
  }

  private mutating func addNode() -> Int {
    nodeCount += 1
    return nodeCount - 1
  }

  // MARK: Stamping

  private mutating func stampAll() {
    let kV = Dictionary(uniqueKeysWithValues: topology.buses.map { ($0.id, $0.nominalVoltage_kV) })
    for line in topology.lines where line.inService {
      let (from, to) = ends(of: line)
      let ohm = kV[line.from]! * kV[line.from]! / base
      let n = Double(line.parallel)
      let z = Complex(line.r_ohm_per_km, line.x_ohm_per_km) * (line.length_km / n / ohm)
      let b =
        2 * Double.pi * topology.frequency_Hz * line.c_nF_per_km * 1e-9 * line.length_km * n * ohm
      series(Complex(1) / z, from, to)
      ground(Complex(0, b / 2), from)
      ground(Complex(0, b / 2), to)
    }
    for branch in topology.branches where branch.inService {
      let (from, to) = ends(of: branch)
      let phase = branch.shift_deg * .pi / 180
      // The charging of the from side stands behind the ideal transformer.
      ideal(
        from, to, ratio: branch.tap, phase: phase,
        admittance: Complex(1) / Complex(branch.r_pu, branch.x_pu),
        atInner: Complex(0, branch.b_pu / 2))
      ground(Complex(0, branch.b_pu / 2), to)
    }
    for unit in topology.transformers where unit.inService {
      stamp(unit, hv_kV: kV[unit.hv]!, lv_kV: kV[unit.lv]!)
    }
    for shunt in topology.shunts where shunt.inService {
      guard let node = nodeOfBus[shunt.bus] else { continue }
      ground(Complex(shunt.g_MW / base, shunt.b_Mvar / base), node)
    }
  }

  /// Everything in ohm on the low-voltage side, for one unit; then as many as there are.
  private mutating func stamp(_ unit: Transformer, hv_kV: Double, lv_kV: Double) {
    let (hv, lv) = ends(of: unit)
    let factor = unit.tap.map { 1 + Double($0.position - $0.neutral) * $0.step_pct / 100 } ?? 1
    let ratedHv_kV = unit.vHv_kV * (unit.tap?.side == .hv ? factor : 1)
    let ratedLv_kV = unit.vLv_kV * (unit.tap?.side == .lv ? factor : 1)
    let ohm = ratedLv_kV * ratedLv_kV / unit.rating_MVA
    let r = unit.vkr_pct / 100
    let z = Complex(r, (unit.vk_pct * unit.vk_pct / 1e4 - r * r).squareRoot()) * ohm
    let g = unit.ironLoss_kW / 1e3 / unit.rating_MVA
    let i = unit.noLoad_pct / 100
    let y = Complex(g, -(max(0, i * i - g * g)).squareRoot()) / ohm
    let busOhm = lv_kV * lv_kV / base
    let n = Double(unit.parallel)
    let half = Complex(2) / z * busOhm * n
    let middle = addNode()
    ideal(
      hv, middle, ratio: ratedHv_kV / hv_kV / (ratedLv_kV / lv_kV),
      phase: Double(unit.clock) * .pi / 6, admittance: half, atInner: .zero)
    series(half, middle, lv)
    ground(y * busOhm * n, middle)
  }

  /// An ideal transformer, then an admittance on to `to`. Behind the transformer the voltage is
  /// a Vfrom with a = e^{-j phase} / ratio, and its power is the same on both sides.
  private mutating func ideal(
    _ from: Int, _ to: Int, ratio: Double, phase: Double, admittance: Complex, atInner: Complex
  ) {
    let a = Complex(1 / ratio) * Complex.unit(-phase)
    // I_inner = (y + y0) a V_from - y V_to; the current at the from end is conj(a) I_inner.
    entries.append((from, from, a.conjugate * a * (admittance + atInner)))
    entries.append((from, to, -(a.conjugate * admittance)))
    entries.append((to, from, -(a * admittance)))
    entries.append((to, to, admittance))
    links.append((from, to, phase))
  }

  private mutating func series(_ admittance: Complex, _ from: Int, _ to: Int) {
    entries.append((from, from, admittance))
    entries.append((to, to, admittance))
    entries.append((from, to, -admittance))
    entries.append((to, from, -admittance))
    links.append((from, to, 0))
  }

  private mutating func ground(_ admittance: Complex, _ node: Int) {
    entries.append((node, node, admittance))
  }

  /// The nodes of an element's ends; an open end is a node of its own.
  private mutating func ends<B: BranchElement>(of element: B) -> (from: Int, to: Int) {
    var open: Set<Switch.End> = []
    for device in topology.switches where device.inService && !device.closed {
      if case .end(element.reference, let end) = device.place { open.insert(end) }
    }
    let from = open.contains(.from) ? nil : nodeOfBus[element.from]
    let to = open.contains(.to) ? nil : nodeOfBus[element.to]
    return (from ?? addNode(), to ?? addNode())
  }

  // MARK: Solving

  private mutating func solve() throws {
    var held = [Double?](repeating: nil, count: nodeCount)
    for machine in topology.generators where machine.inService && machine.holdsVoltage {
      if let node = nodeOfBus[machine.bus] { held[node] = machine.v_pu }
    }
    for source in topology.sources where source.inService {
      if let node = nodeOfBus[source.bus] { held[node] = source.v_pu }
    }
    let islands = islandOfNode()
    var angle = [Double?](repeating: nil, count: nodeCount)
    var references: Set<Int> = []
    for island in Set(islands) {
      for (node, value) in referenceAngles(islands, island) {
        angle[node] = value
        references.insert(node)
      }
    }
    for _ in 0..<nodeCount {
      for link in links {
        if let from = angle[link.from], angle[link.to] == nil {
          angle[link.to] = from - link.shift
        } else if let to = angle[link.to], angle[link.from] == nil {
          angle[link.from] = to + link.shift
        }
      }
    }
    // What no reference reaches is dark and leaves the equations.
    let live = (0..<nodeCount).filter { angle[$0] != nil }
    var newton = NaiveNewton(
      nodes: live, entries: entries, held: held, references: references,
      loads: specifiedPowers())
    let solved = try newton.solve(
      magnitude: (0..<nodeCount).map { held[$0] ?? 1 }, angle: angle.map { $0 ?? 0 })
    for (bus, node) in nodeOfBus where angle[node] != nil { voltages[bus] = solved[node] }
  }

  private func islandOfNode() -> [Int] {
    var label = Array(0..<nodeCount)
    var isChanging = true
    while isChanging {
      isChanging = false
      for link in links where label[link.from] != label[link.to] {
        let low = min(label[link.from], label[link.to])
        label[link.from] = low
        label[link.to] = low
        isChanging = true
      }
    }
    return label
  }

  private func referenceAngles(_ islands: [Int], _ island: Int) -> [(Int, Double)] {
    func isHere(_ bus: Bus.ID) -> Bool { nodeOfBus[bus].map { islands[$0] == island } ?? false }
    let sources = topology.sources.filter { $0.inService && isHere($0.bus) }
    if !sources.isEmpty {
      return sources.map { (nodeOfBus[$0.bus]!, $0.angle_deg * .pi / 180) }
    }
    let machines = topology.generators.filter {
      $0.inService && $0.holdsVoltage && $0.slackWeight > 0 && isHere($0.bus)
    }
    guard let heaviest = machines.map(\.slackWeight).max() else { return [] }
    let chosen = machines.filter { $0.slackWeight == heaviest }.min { $0.id < $1.id }!
    return [(nodeOfBus[chosen.bus]!, chosen.angle_deg * .pi / 180)]
  }

  private func specifiedPowers() -> [NaiveNewton.Power] {
    var powers: [NaiveNewton.Power] = []
    func inject(_ bus: Bus.ID, _ p: Double, _ q: Double, _ zip: Load.VoltageDependence? = nil) {
      guard let node = nodeOfBus[bus] else { return }
      powers.append(.init(node: node, p: p / base, q: q / base, zip: zip))
    }
    let point = OperatingPoint(asWrittenIn: topology)
    for (asset, power) in zip(topology.loads, point.loads) {
      inject(asset.bus, -power.p_MW, -power.q_Mvar, asset.zip)
    }
    for (asset, power) in zip(topology.generators, point.generators) {
      inject(asset.bus, power.p_MW, power.q_Mvar)
    }
    for (asset, power) in zip(topology.photovoltaics, point.photovoltaics) {
      inject(asset.bus, power.p_MW, power.q_Mvar)
    }
    for (asset, power) in zip(topology.windTurbines, point.windTurbines) {
      inject(asset.bus, power.p_MW, power.q_Mvar)
    }
    for (asset, power) in zip(topology.batteries, point.batteries) {
      inject(asset.bus, power.p_MW, power.q_Mvar)
    }
    return powers
  }
}

extension Complex {
  /// e^{j angle}.
  static func unit(_ angle: Double) -> Complex { Complex(cos(angle), sin(angle)) }
}
