import GridModel
import Quantities
import SparseAlgebra

/// The coordinator's side of the joint power flow: sums the segments' blocks, judges convergence on
/// the assembled residual, and solves for the border's step.
///
/// It is one of the four places where a result is accepted: a block of another era, tick, iteration
/// or version is refused, and sums run in the order of segment ids, never of arrival. It holds no
/// load, no generator and no interior branch.
package final class BorderSystem {
  package enum Verdict: Equatable {
    /// One step for each segment, in the order of ids.
    case step([BorderStep])
    case solved(iterations: [Int], maxMismatch: Double)
    case failed(IslandFailure)
  }

  /// A block that must not be summed.
  package enum Refusal: Error, Equatable {
    case wrongStamp(segment: SegmentPlan.ID, got: RoundStamp, expected: RoundStamp)
    case wrongShape(segment: SegmentPlan.ID)
    /// Not one block of each segment, in the order of ids.
    case wrongSegments([SegmentPlan.ID])
  }

  package let unknownCount: Int

  private let plan: BorderPlan
  private let segments: [SegmentPlan.ID]
  private let base: PowerBase
  private let options: NewtonOptions
  private let tolerance_pu: Double
  /// For each segment, the unknowns of the border that its blocks are about.
  let unknowns: [[Int]]
  private let islandOfUnknown: [Int]
  private let busOfUnknown: [Bus.ID]
  /// For each segment, the slot of every entry of its Schur complement, by columns.
  private let slots: [[Int]]
  private var factors: SparseLU
  private var values: [Double]

  private var stamp: RoundStamp?
  private var iterations: [Int] = []
  private var progress: NewtonProgress

  /// - Parameter touched: for each segment, in the order of ids, the border rows that it touches in
  ///   the order of its unknowns.
  package init(
    _ plan: BorderPlan, segments: [SegmentPlan.ID], touched: [[Bus.ID]], base: PowerBase,
    options: NewtonOptions = .init()
  ) throws(SparseLUError) {
    var firstUnknown: [Bus.ID: Range<Int>] = [:]
    var islandOfUnknown: [Int] = []
    var busOfUnknown: [Bus.ID] = []
    for row in plan.rows {
      let start = islandOfUnknown.count
      for _ in 0..<row.role.unknownCount {
        islandOfUnknown.append(row.island!)
        busOfUnknown.append(row.bus)
      }
      firstUnknown[row.bus] = start..<islandOfUnknown.count
    }
    unknowns = touched.map { rows in rows.flatMap { Array(firstUnknown[$0]!) } }
    unknownCount = islandOfUnknown.count
    let pattern = SparsePattern(
      order: unknownCount,
      positions: unknowns.flatMap { own in
        own.flatMap { column in own.map { (row: $0, column: column) } }
      })
    slots = unknowns.map { own in
      own.flatMap { column in own.map { pattern.slot(row: $0, column: column) } }
    }
    factors = try SparseLU(ordering: pattern)
    values = [Double](repeating: 0, count: pattern.slotCount)
    self.plan = plan
    self.segments = segments
    self.base = base
    self.options = options
    tolerance_pu = options.tolerance_pu(stiffness: plan.stiffness)
    self.islandOfUnknown = islandOfUnknown
    self.busOfUnknown = busOfUnknown
    progress = NewtonProgress(of: plan.islands.islands, base: base)
  }

  /// Begins a tick. Whatever was summed before is forgotten.
  package func begin(era: Int64, tick: Int64) -> RoundStamp {
    let stamp = RoundStamp(
      era: era, tick: tick, iteration: 0, topologyVersion: plan.topologyVersion,
      roleVersion: plan.roleVersion)
    self.stamp = stamp
    iterations = [Int](repeating: 0, count: plan.islands.islands.count)
    progress = NewtonProgress(of: plan.islands.islands, base: base)
    return stamp
  }

  /// Judges one round. All segments' blocks are here, in the order of ids.
  package func judge(_ blocks: [BorderBlock]) throws(Refusal) -> Verdict {
    guard let stamp else { preconditionFailure("A tick begins before it is judged.") }
    try check(blocks, against: stamp)
    let residuals = assembledResiduals(of: blocks)
    let isSettled = residuals.map { $0.mismatch <= tolerance_pu }
    if isSettled.allSatisfy({ $0 }) {
      return .solved(iterations: iterations, maxMismatch: residuals.map(\.mismatch).max() ?? 0)
    }
    progress.record(residuals, iteration: Int(stamp.iteration))
    guard stamp.iteration < options.maxIterations, progress.worst < NewtonOptions.hopeless_pu,
      let step = solve(blocks, choosingPivots: stamp.iteration == 0)
    else { return .failed(progress.failure) }
    for island in isSettled.indices where !isSettled[island] { iterations[island] += 1 }
    let next = stamp.next()
    self.stamp = next
    return .step(
      unknowns.map { own in
        BorderStep(stamp: next, step: own.map { step[$0] }, isSettled: isSettled)
      })
  }

  private func check(_ blocks: [BorderBlock], against stamp: RoundStamp) throws(Refusal) {
    guard blocks.map(\.segment) == segments else { throw .wrongSegments(blocks.map(\.segment)) }
    for (block, own) in zip(blocks, unknowns) {
      guard block.stamp == stamp else {
        throw .wrongStamp(segment: block.segment, got: block.stamp, expected: stamp)
      }
      guard block.mismatch.count == own.count, block.interior.count == plan.islands.islands.count,
        block.isEliminated
          ? block.reduced.count == own.count && block.schur.count == own.count * own.count
          : block.reduced.isEmpty && block.schur.isEmpty
      else { throw .wrongShape(segment: block.segment) }
    }
  }

  /// The largest mismatch of each island, border and interiors together.
  private func assembledResiduals(of blocks: [BorderBlock]) -> [InteriorResidual] {
    var border = [Double](repeating: 0, count: unknownCount)
    for (block, own) in zip(blocks, unknowns) {
      for (position, unknown) in own.enumerated() { border[unknown] += block.mismatch[position] }
    }
    var worst = [InteriorResidual](
      repeating: .init(mismatch: 0, bus: nil), count: plan.islands.islands.count)
    for island in worst.indices {
      for block in blocks where block.interior[island].bus != nil {
        let residual = block.interior[island]
        if worst[island].bus == nil || residual.mismatch.isWorse(than: worst[island].mismatch) {
          worst[island] = residual
        }
      }
    }
    for (unknown, mismatch) in border.enumerated() {
      let island = islandOfUnknown[unknown]
      if worst[island].bus == nil || mismatch.magnitude.isWorse(than: worst[island].mismatch) {
        worst[island] = .init(mismatch: mismatch.magnitude, bus: busOfUnknown[unknown])
      }
    }
    return worst
  }

  /// The border's step, `nil` when some part is singular.
  private func solve(_ blocks: [BorderBlock], choosingPivots: Bool) -> [Double]? {
    var step = [Double](repeating: 0, count: unknownCount)
    for position in values.indices { values[position] = 0 }
    for (position, block) in blocks.enumerated() {
      let own = unknowns[position]
      guard block.isEliminated else { return nil }
      for (entry, slot) in slots[position].enumerated() { values[slot] += block.schur[entry] }
      for (entry, unknown) in own.enumerated() { step[unknown] += block.reduced[entry] }
    }
    do { try factors.factor(values, choosingPivots: choosingPivots) } catch { return nil }
    factors.solve(&step)
    return step
  }
}
