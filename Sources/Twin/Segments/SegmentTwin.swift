import Assets
import GridModel
import PowerFlow
import SparseAlgebra

/// One segment of the twin as a value machine: committed state in, tick by tick, committed state out.
///
///     committed ── begin(stamp) ─▶ tentative ── advance(step) …  ── commit ─▶ committed
///                                      └────────── begin again ───┘
///
/// It keeps the committed state and one tentative state; a tick can be thrown away at any point and
/// repeated with the same bits. It does no input or output: an actor carries its messages.
package final class SegmentTwin {
  package let slice: SegmentSlice
  package let network: Network
  package private(set) var committed: SegmentState

  private let fleet: AssetFleet
  private let bookkeeper: Bookkeeper?
  private var solver: SegmentSolver?
  /// The border that the solver was made for.
  private var view: BorderView?
  private var tentative: Tentative?
  /// How set-points are found; `nil` where schedules decide.
  private var balancer: SegmentBalancer?
  /// Set-points of a tick that has not begun.
  private var balanced: BalanceOutcome?
  /// What the rest of the grid looked like at a committed tick.
  private var rest: ShadowSolver?
  private var shadow: Shadow?

  /// A tick in flight.
  private struct Tentative {
    var stamp: RoundStamp
    var fleet: FleetState
    var powers: FleetPowers
    var point: OperatingPoint
    var balance: BalanceOutcome?
  }

  /// A tick that the segment ran by itself: an estimate, never committed.
  private struct Shadow {
    var tick: Int64
    var fleet: FleetState
    var voltages: Voltages
    var isSolved: Bool
  }

  /// - Parameter state: where to go on; the document's start if nothing was committed yet.
  package init(_ slice: SegmentSlice, state: SegmentState? = nil) throws(SegmentError) {
    self.slice = slice
    network = Network(slice)
    fleet = AssetFleet(slice.topology)
    bookkeeper = Bookkeeper(slice.topology, network: network)
    committed = SegmentState(
      tick: -1, fleet: fleet.initialState(), voltages: StartVoltages.make(for: network))
    if let state { try restore(state) }
  }

  /// What the coordinator needs to join islands and to place the border's unknowns.
  package func structure() -> NetworkStructure {
    NetworkStructure(
      of: network, border: slice.border, start: committed.voltages,
      injections: Injections(OperatingPoint(asWrittenIn: slice.topology), on: network))
  }

  /// Learns what is on the border; forgets a tick in flight. What it knows already costs nothing.
  package func adopt(_ view: BorderView) throws(SegmentError) {
    forgetTick()
    if solver != nil, view == self.view { return }
    rest = nil
    guard view.rows.map(\.bus) == slice.border,
      view.islandOfComponent.count == structure().components.count,
      view.islandOfComponent.allSatisfy({ $0.map { (0..<view.islandCount).contains($0) } ?? true })
    else { throw .foreignBorder }
    var start = committed.voltages
    if committed.tick < 0 { network.place(view.rows, into: &start) }
    do {
      solver = try SegmentSolver(
        slice: slice, network: network, view: view,
        injections: Injections(OperatingPoint(asWrittenIn: slice.topology), on: network),
        start: start)
    } catch { throw .singular }
    self.view = view
    committed.voltages = solver!.voltages
    balancer = try SegmentBalancer(slice, network: network, rows: solver!.rows, fleet: fleet)
  }

  /// Goes back to a state that the store holds; forgets a tick in flight.
  ///
  /// A state of another grid is refused here, before anything is computed from it.
  package func restore(_ state: SegmentState) throws(SegmentError) {
    guard state.voltages.count == network.rowCount else {
      throw .unreadableState(
        "it has \(state.voltages.count) rows where the segment has \(network.rowCount)")
    }
    guard state.fleet.assets.map(\.asset) == committed.fleet.assets.map(\.asset) else {
      throw .unreadableState("it is not about the assets that the segment has")
    }
    committed = state
    forgetTick()
  }

  /// Forgets a tick in flight, and what was made up since.
  package func forgetTick() {
    tentative = nil
    shadow = nil
    balanced = nil
  }

  // MARK: Balancing

  /// Begins to look for the set-points of the next tick; `nil` where schedules decide.
  package func balance(tick: Int64) throws(SegmentError) -> BalanceRun? {
    guard tick == committed.tick &+ 1 else {
      throw .wrongTick(given: tick, committed: committed.tick)
    }
    guard let balancer else { return nil }
    return BalanceRun(
      balancer, draft: balancer.draft(after: committed, in: network), after: committed)
  }

  /// Takes what balancing found for the next tick.
  package func accept(_ run: BalanceRun) throws(SegmentError) {
    guard run.isOver, run.tick == committed.tick &+ 1 else {
      throw .wrongTick(given: run.tick, committed: committed.tick)
    }
    balanced = run.outcome()
  }

  /// Whether the set-points of a tick are found.
  package func isBalanced(tick: Int64) -> Bool {
    balancer == nil || balanced?.tick == tick || tentative?.stamp.tick == tick
  }

  // MARK: A tick

  /// Begins a tick from the committed state: the assets step, and the first round is computed.
  package func begin(_ stamp: RoundStamp) throws(SegmentError) -> BorderBlock {
    guard let solver else { throw .noBorder }
    guard stamp.tick == committed.tick &+ 1 else {
      throw .wrongTick(given: stamp.tick, committed: committed.tick)
    }
    // A beginning that comes again, late, must not take back the rounds that followed it.
    guard stamp.iteration == 0, tentative.map({ !$0.stamp.follows(stamp) }) ?? true else {
      throw .wrongRound
    }
    guard stamp.topologyVersion == slice.topologyVersion, stamp.roleVersion == view?.roleVersion
    else {
      throw .wrongVersion(topology: stamp.topologyVersion, role: stamp.roleVersion)
    }
    // A beginning that comes twice begins with the same set-points.
    let balance = balanced ?? tentative?.balance
    guard balancer == nil || balance?.tick == stamp.tick else {
      throw .notBalanced(tick: stamp.tick)
    }
    let step = fleet.step(
      committed.fleet, tick: stamp.tick, setPoints: balance?.state.setPoints ?? SetPoints())
    let point = OperatingPoint(step.powers, of: slice.topology)
    shadow = nil
    balanced = nil
    tentative = Tentative(
      stamp: stamp, fleet: step.state, powers: step.powers, point: point, balance: balance)
    solver.begin(from: committed.voltages, injections: Injections(point, on: network))
    return solver.block(stamp)
  }

  /// Moves by the border's step and computes the next round.
  package func advance(_ step: BorderStep) throws(SegmentError) -> BorderBlock {
    guard let solver, let last = tentative?.stamp, last.next() == step.stamp, solver.fits(step)
    else {
      throw .wrongRound
    }
    tentative!.stamp = step.stamp
    return solver.advance(step)
  }

  /// This segment's ends of the ties that it shares with a neighbour, at the present voltages.
  package func ends(
    for neighbour: SegmentPlan.ID, tick: Int64
  ) throws(SegmentError) -> [TieEnd] {
    guard let solver, tentative?.stamp.tick == tick else {
      throw .wrongTick(given: tick, committed: committed.tick)
    }
    return ends(for: neighbour, at: solver.voltages)
  }

  private func ends(for neighbour: SegmentPlan.ID, at voltages: Voltages) -> [TieEnd] {
    slice.ties.filter { $0.neighbour == neighbour }.compactMap { tie in
      TieView(tie, in: network, voltages: voltages)?.message
    }
  }

  /// Compares its ends of the ties with those of its neighbours and says how the tick came out.
  ///
  /// - Parameter foreign: the ends that the neighbours sent.
  package func conclude(tick: Int64, foreign: [TieEnd]) throws(SegmentError) -> Conclusion {
    guard let solver, let tentative, tentative.stamp.tick == tick else {
      throw .wrongTick(given: tick, committed: committed.tick)
    }
    let (agreement, tiePower) = compareTies(with: foreign, at: solver.voltages)
    let flow = FlowReporter(
      network, point: tentative.point, voltages: solver.voltages, rows: solver.rows
    ).report(tiePower: tiePower)
    let state = SegmentState(
      tick: tick, fleet: tentative.fleet, voltages: solver.voltages,
      balance: tentative.balance?.state)
    var report = SegmentReport(flow, ties: agreement)
    report.balance = bookkeeper?.figures(
      of: tick, did: tentative.powers, flow, voltages: solver.voltages, rows: solver.rows,
      tentative.balance)
    do {
      return Conclusion(report: report, state: try state.encoded())
    } catch {
      preconditionFailure("A segment's state can always be written: \(error)")
    }
  }

  /// Holds its ends of the ties against those that the neighbours sent.
  ///
  /// - Returns: the worst disagreement, and the power into the ties that others count, by row.
  private func compareTies(
    with foreign: [TieEnd], at voltages: Voltages
  ) -> (agreement: TieAgreement, tiePower: [Network.Row: Complex]) {
    let theirs = Dictionary(foreign.map { ($0.element, $0) }, uniquingKeysWith: { $1 })
    var agreement = TieAgreement()
    var tiePower: [Network.Row: Complex] = [:]
    for tie in slice.ties {
      guard let view = TieView(tie, in: network, voltages: voltages) else { continue }
      guard let their = theirs[tie.element] else {
        // A neighbour that does not know the tie disagrees about everything on it.
        agreement = TieAgreement(mismatch_MVA: .infinity, worst: tie.element)
        continue
      }
      let compared = view.compare(with: their)
      let mismatch_MVA = network.base.megawatts(compared.mismatch_pu)
      if agreement.worst == nil || mismatch_MVA.isWorse(than: agreement.mismatch_MVA) {
        agreement = TieAgreement(mismatch_MVA: mismatch_MVA, worst: tie.element)
      }
      if !tie.isStampedHere, let row = view.ownRow {
        tiePower[row, default: .zero] += compared.ownPower
      }
    }
    return (agreement, tiePower)
  }

  /// Makes the tentative state the committed one. A tick that is committed already stays as it is.
  ///
  /// - Parameter equivalent: the rest of the grid at this tick, for when the coordinator is gone.
  package func commit(
    tick: Int64, equivalent: BorderEquivalent? = nil
  ) throws(SegmentError) {
    if tick == committed.tick { return }
    guard let solver, let tentative, tentative.stamp.tick == tick else {
      throw .wrongTick(given: tick, committed: committed.tick)
    }
    committed = SegmentState(
      tick: tick, fleet: tentative.fleet, voltages: solver.voltages,
      balance: tentative.balance?.state)
    self.tentative = nil
    if let equivalent, equivalent.tick == tick, equivalent.roleVersion == view?.roleVersion,
      equivalent.topologyVersion == slice.topologyVersion
    {
      rest = ShadowSolver(equivalent, around: committed.voltages, of: solver)
    }
  }

  // MARK: In the shadow

  /// Runs a tick by itself, after the last shadow tick or the committed one: the assets step, and the
  /// grid is solved against the last equivalent of the rest. Nothing of it is ever committed.
  package func runShadowTick() {
    guard let solver, let rest, let view else { return }
    tentative = nil
    let last =
      shadow
      ?? Shadow(
        tick: committed.tick, fleet: committed.fleet, voltages: committed.voltages, isSolved: true)
    let tick = last.tick + 1
    // Nobody balances without a coordinator: what was decided last goes on as far as it can.
    let step = fleet.step(
      last.fleet, tick: tick, setPoints: committed.balance?.setPoints ?? SetPoints())
    solver.begin(
      from: last.voltages,
      injections: Injections(OperatingPoint(step.powers, of: slice.topology), on: network))
    let first = solver.block(
      RoundStamp(
        era: 0, tick: tick, iteration: 0, topologyVersion: slice.topologyVersion,
        roleVersion: view.roleVersion))
    let isSolved = rest.solve(solver, first: first)
    // Without a solution the next one starts where the last one was.
    shadow = Shadow(
      tick: tick, fleet: step.state, voltages: isSolved ? solver.voltages : last.voltages,
      isSolved: isSolved)
  }

  /// Its ends of the ties with a neighbour, at the shadow tick; at the committed one before the
  /// first.
  package func shadowEnds(for neighbour: SegmentPlan.ID) -> [TieEnd] {
    ends(for: neighbour, at: shadow?.voltages ?? committed.voltages)
  }

  /// How it is without its coordinator.
  ///
  /// - Parameter foreign: the ends of ties that neighbours sent; `nil` when none answered.
  package func shadowView(foreign: [TieEnd]?) -> ShadowView {
    let known = Set((foreign ?? []).map(\.element))
    let voltages = shadow?.voltages ?? committed.voltages
    var worst = TieAgreement()
    for tie in slice.ties where known.contains(tie.element) {
      guard let view = TieView(tie, in: network, voltages: voltages),
        let their = foreign?.first(where: { $0.element == tie.element })
      else { continue }
      let mismatch_MVA = network.base.megawatts(view.compare(with: their).mismatch_pu)
      if worst.worst == nil || mismatch_MVA.isWorse(than: worst.mismatch_MVA) {
        worst = TieAgreement(mismatch_MVA: mismatch_MVA, worst: tie.element)
      }
    }
    return ShadowView(
      segment: slice.segment.text, committedTick: committed.tick, shadowTick: shadow?.tick,
      isSolved: shadow?.isSolved ?? true,
      lowest_pu: shadow.flatMap { shadow in
        network.rowOfOwnBus.map { shadow.voltages.magnitude[$0] }.filter { $0 > 0 }.min()
      },
      tieMismatch_MVA: shadow != nil && worst.worst != nil ? worst.mismatch_MVA : nil,
      worstTie: shadow != nil ? worst.worst.map { "\($0)" } : nil)
  }

  /// The committed voltage of each own bus, in the order of the slice.
  package func busVoltages() -> Voltages {
    Voltages(
      magnitude: network.rowOfOwnBus.map { committed.voltages.magnitude[$0] },
      angle: network.rowOfOwnBus.map { committed.voltages.angle[$0] })
  }
}

extension RoundStamp {
  /// Whether this is a later round of the tick, in the era, that `first` begins.
  fileprivate func follows(_ first: RoundStamp) -> Bool {
    era == first.era && tick == first.tick && iteration > first.iteration
  }
}

extension Network {
  /// Takes the start of border rows from their owners.
  fileprivate func place(_ rows: [BorderPlan.Row], into voltages: inout Voltages) {
    for shared in rows {
      guard let row = row(of: shared.bus) else { continue }
      voltages.magnitude[row] = shared.startMagnitude_pu
      voltages.angle[row] = shared.startAngle_rad
    }
  }
}
