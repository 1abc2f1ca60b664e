import GridModel
import SparseAlgebra

/// A segment's side of the joint power flow: the same Newton iterations that one process would do,
/// with the border's step coming from the coordinator.
///
/// Source: node tearing, A. Brameller, R. N. Allan and Y. M. Hamam, *Sparsity*, 1976, chapter 7.
package final class SegmentSolver {
  package let network: Network
  package let rows: RowPlan
  package private(set) var voltages: Voltages

  private let slice: SegmentSlice
  private let view: BorderView
  private let system: NewtonSystem
  private var injections: Injections

  /// Throws `singular` for an interior that no values could make regular.
  package init(
    slice: SegmentSlice, network: Network, view: BorderView, injections: Injections,
    start: Voltages
  ) throws(SparseLUError) {
    var injections = injections
    var start = start
    let border = slice.border.map { network.row(of: $0)! }
    for (row, shared) in zip(border, view.rows) {
      injections.heldMagnitude[row] = shared.heldMagnitude_pu
    }
    rows = RowPlan(
      network, islandOfComponent: view.islandOfComponent, islandCount: view.islandCount,
      references: view.references, held: injections.heldMagnitude)
    rows.pin(
      &start, on: network, references: view.references, held: injections.heldMagnitude)
    system = try NewtonSystem(admittance: network.admittance, roles: rows.roles, border: border)
    self.slice = slice
    self.network = network
    self.view = view
    self.injections = injections
    voltages = start
  }

  /// Begins a tick from committed voltages with new injections.
  package func begin(from start: Voltages, injections: Injections) {
    let held = self.injections.heldMagnitude
    self.injections = injections
    self.injections.heldMagnitude = held
    voltages = start
  }

  /// Evaluates the segment at its present voltages and eliminates its interior.
  package func block(_ stamp: RoundStamp) -> BorderBlock {
    system.evaluate(at: voltages, injections: injections)
    let residuals = system.interiorResiduals(
      islandOfRow: rows.islandOfRow, islandCount: rows.islandCount)
    let eliminated = try? system.eliminate(choosingPivots: stamp.iteration == 0)
    return BorderBlock(
      segment: slice.segment, stamp: stamp,
      interior: residuals.map { residual in
        InteriorResidual(
          mismatch: residual.mismatch,
          bus: residual.row < 0 ? nil : network.busOfRow[residual.row].id)
      },
      mismatch: system.borderMismatch, reduced: eliminated?.reduced ?? [],
      schur: eliminated?.schur ?? [], isEliminated: eliminated != nil)
  }

  /// The value of every border unknown at given voltages, in the segment's order.
  package func borderPoint(of voltages: Voltages) -> [Double] {
    var point: [Double] = []
    for shared in view.rows {
      guard let row = network.row(of: shared.bus) else { continue }
      if shared.role.unknownCount > 0 { point.append(voltages.angle[row]) }
      if shared.role.unknownCount > 1 { point.append(voltages.magnitude[row]) }
    }
    return point
  }

  /// Whether a step has the shape of this segment's border.
  package func fits(_ step: BorderStep) -> Bool {
    step.step.count == system.borderCount && step.isSettled.count == rows.islandCount
  }

  /// Moves by the border's step, which fits, and computes the next round.
  package func advance(_ step: BorderStep) -> BorderBlock {
    system.step(&voltages, borderStep: step.step) { row in
      rows.islandOfRow[row].map { !step.isSettled[$0] } ?? false
    }
    return block(step.stamp)
  }
}
