import Balancing
import DCOptimalFlow
import GridModel
import PowerFlow
import SparseAlgebra

/// A segment's part of the grid in the DC approximation: what balancing knows of rows, lines and ties.
struct RegionMap: Sendable {
  /// A line with what the solved grid tells of it.
  struct Line: Sendable {
    var line: HorizonRegion.Line
    /// In the segment's network; `nil` where the neighbour counts the tie.
    var model: Network.BranchModel?
    /// Largest current in per unit at each end; `nil` without a rating.
    var limit: (from: Double, to: Double)?
  }

  let rowCount: Int
  let ownRowCount: Int
  let lines: [Line]
  /// In the order of `SegmentTalks.neighbours`.
  let links: [HorizonRegion.Link]
  private let rowOfBus: [Bus.ID: Int]
  /// Whether an own row is part of an island with a source.
  private let isLit: [Bool]
  private let references: [(row: Int, networkRow: Network.Row)]

  init(
    _ slice: SegmentSlice, _ talks: SegmentTalks, network: Network, rows: RowPlan
  ) throws(DCGridError) {
    var topology = slice.topology
    topology.buses += topology.foreignBuses
    topology.foreignBuses = []
    let grid = try DCGrid(topology, definition: .matpower)
    let fusion = topology.fusedBuses()
    let number = Dictionary(uniqueKeysWithValues: grid.buses.enumerated().map { ($1, $0) })
    var rowOfBus: [Bus.ID: Int] = [:]
    for bus in topology.buses {
      rowOfBus[bus.id] = fusion.representative(of: bus.id).flatMap { number[$0] }
    }
    let foreign = Set(slice.topology.foreignBuses.map(\.id))
    let ownRowCount = grid.buses.count { !foreign.contains($0) }
    let models = Dictionary(
      uniqueKeysWithValues: network.branches.filter(\.isStamped).map { ($0.reference, $0) })
    func limit(_ rated_kA: Double?, _ nominal_kV: Double) -> Double? {
      rated_kA.flatMap { nominal_kV > 0 ? $0 / network.base.current_kA(at: nominal_kV) : nil }
    }
    let lines = grid.branches.map { branch in
      let model = models[branch.element]
      var limits: (from: Double, to: Double)?
      if let model, let from = limit(model.ratedCurrentFrom_kA, model.fromVoltage_kV),
        let to = limit(model.ratedCurrentTo_kA, model.toVoltage_kV)
      {
        limits = (from, to)
      }
      return Line(
        line: HorizonRegion.Line(
          from: branch.from, to: branch.to, susceptance: branch.susceptance,
          shift: branch.shift, band: nil), model: model, limit: limits)
    }
    links = talks.neighbours.map { neighbour in
      let ties = slice.ties.filter { $0.neighbour == neighbour }.map(\.element)
      var buses: Set<Bus.ID> = []
      var places: [Int] = []
      for (place, branch) in grid.branches.enumerated() where ties.contains(branch.element) {
        guard let ends = topology.ends(of: branch.element) else { continue }
        buses.formUnion([ends.from, ends.to])
        places.append(place)
      }
      let shared = buses.sorted()
      return HorizonRegion.Link(
        rows: shared.map { rowOfBus[$0]! }, isOwn: shared.map { !foreign.contains($0) },
        ties: places)
    }
    rowCount = grid.buses.count
    self.ownRowCount = ownRowCount
    self.lines = lines
    self.rowOfBus = rowOfBus
    let networkRows = grid.buses.prefix(ownRowCount).map { network.row(of: $0)! }
    isLit = networkRows.map { rows.islandOfRow[$0] != nil }
    references = networkRows.enumerated().filter { rows.roles[$0.element] == .reference }
      .map { ($0.offset, $0.element) }
  }

  /// The own row of a bus; `nil` where nothing can be balanced.
  func row(of bus: Bus.ID) -> Int? {
    rowOfBus[bus].flatMap { $0 < ownRowCount && isLit[$0] ? $0 : nil }
  }

  /// Fills in what the solved grid of the last tick tells: losses, and how much each line can carry.
  ///
  /// A line's current is limited, and the linear model knows neither its reactive power, nor its
  /// losses, nor how resistance turns flows. So the band of the planned flow f is what the last
  /// solved tick leaves at both ends:
  ///
  ///     |P| ≤ √((I V (1 - reserve))² - Q²)      P ≈ f + (P - f) of the last tick
  ///
  /// - Parameters:
  ///   - planned: the flows that the last tick was planned with; empty before the first.
  ///   - isSolved: whether the voltages are those of a tick, and not a start.
  func fill(
    _ region: inout HorizonRegion, at voltages: Voltages, planned: [Double], isSolved: Bool,
    reserve: Double
  ) {
    region.references = references.map { ($0.row, voltages.angle[$0.networkRow]) }
    region.links = links
    var losses = [Double](repeating: 0, count: ownRowCount)
    region.lines = lines.enumerated().map { place, entry in
      var line = entry.line
      guard let model = entry.model, let from = model.fromRow, let to = model.toRow else {
        return line
      }
      var power = (from: Complex.zero, to: Complex.zero)
      if isSolved {
        power = model.port.power(from: voltages.phasor(from), to: voltages.phasor(to))
        let loss = power.from.real + power.to.real
        let own = [line.from, line.to].filter { $0 < ownRowCount }
        for row in own { losses[row] += loss / Double(own.count) }
      }
      guard let limit = entry.limit else { return line }
      let flow = place < planned.count ? planned[place] : (power.from.real - power.to.real) / 2
      func room(_ limit: Double, _ row: Network.Row, _ reactive: Double) -> Double {
        let magnitude = voltages.magnitude[row] > 0 ? voltages.magnitude[row] : 1
        let apparent = limit * magnitude * (1 - reserve)
        return max(0, apparent * apparent - reactive * reactive).squareRoot()
      }
      let atFrom = room(limit.from, from, power.from.imaginary)
      let atTo = room(limit.to, to, power.to.imaginary)
      let (biasFrom, biasTo) = (power.from.real - flow, power.to.real + flow)
      let lower = max(-atFrom - biasFrom, biasTo - atTo)
      let upper = min(atFrom - biasFrom, atTo + biasTo)
      line.band =
        lower <= upper ? (lower, upper) : ((lower + upper) / 2, (lower + upper) / 2)
      return line
    }
    for period in region.demand.indices {
      for row in 0..<ownRowCount where isLit[row] { region.demand[period][row] += losses[row] }
    }
  }
}
