import Assets
import GridModel
import PowerFlow
import SparseAlgebra

/// One segment as its slice describes it, with all that does not change from tick to tick.
struct SegmentPart: Sendable {
  let slice: SegmentSlice

  private let network: Network
  private let fleet: AssetFleet
  private let bookkeeper: Bookkeeper?
  private let rows: RowPlan

  init(_ slice: SegmentSlice, network: Network, injections: Injections, view: BorderView) {
    self.slice = slice
    self.network = network
    fleet = AssetFleet(slice.topology)
    bookkeeper = Bookkeeper(slice.topology, network: network)
    var held = injections.heldMagnitude
    for shared in view.rows {
      if let row = network.row(of: shared.bus) { held[row] = shared.heldMagnitude_pu }
    }
    rows = RowPlan(
      network, islandOfComponent: view.islandOfComponent, islandCount: view.islandCount,
      references: view.references, held: held)
  }

  /// Whether a state can be one of this segment.
  func fits(_ state: SegmentState) -> Bool {
    state.voltages.count == network.rowCount
      && state.fleet.assets.map(\.asset) == fleet.initialState().assets.map(\.asset)
  }

  /// What a neighbour gets to see of the ties with it.
  func ends(for neighbour: SegmentPlan.ID, at voltages: Voltages) -> [TieEnd] {
    slice.ties.filter { $0.neighbour == neighbour }.compactMap { tie in
      TieView(tie, in: network, voltages: voltages)?.message
    }
  }

  /// - Parameters:
  ///   - state: of the assets before the tick; `nil` before the first.
  ///   - after: the state that the tick ended with: its voltages, and what was decided for it.
  ///   - foreign: the neighbours' ends of the ties.
  func report(
    tick: Int64, from state: FleetState?, to after: SegmentState,
    foreign: [ElementReference: TieEnd]
  ) -> History.PastTick {
    let voltages = after.voltages
    let powers = fleet.step(
      state ?? fleet.initialState(), tick: tick,
      setPoints: after.balance?.setPoints ?? SetPoints()
    ).powers
    var tiePower: [Network.Row: Complex] = [:]
    for tie in slice.ties where !tie.isStampedHere {
      guard let view = TieView(tie, in: network, voltages: voltages), let row = view.ownRow,
        let their = foreign[tie.element]
      else { continue }
      tiePower[row, default: .zero] += view.compare(with: their).ownPower
    }
    let flow = FlowReporter(
      network, point: OperatingPoint(powers, of: slice.topology), voltages: voltages, rows: rows
    ).report(tiePower: tiePower)
    return History.PastTick(
      flow: flow,
      balance: bookkeeper?.figures(of: tick, did: powers, flow, voltages: voltages, rows: rows, nil)
    )
  }
}
