import GridModel

/// Solves one segment against the last equivalent of the rest of the grid: the same Newton
/// iterations, with the equivalent in the place of all other segments.
///
/// The result is an estimate for people: nobody accepts it, and nothing is committed from it.
package struct ShadowSolver {
  private let equivalent: BorderEquivalent
  /// The border's voltages at the equivalent's tick, unknown by unknown.
  private let point: [Double]

  /// An estimate needs no more; the joint solve is a thousand times stricter.
  private static let tolerance_pu = 1e-7
  private static let maximumIterations = 20

  /// - Parameter voltages: of the segment, at the tick that the equivalent belongs to.
  package init(_ equivalent: BorderEquivalent, around voltages: Voltages, of solver: SegmentSolver)
  {
    self.equivalent = equivalent
    point = solver.borderPoint(of: voltages)
  }

  /// Solves a segment that has begun a tick.
  ///
  /// - Returns: whether it came to a solution, which is in the solver's voltages then.
  package func solve(_ solver: SegmentSolver, first: BorderBlock) -> Bool {
    var block = first
    guard block.mismatch.count == point.count, point.count == equivalent.reduced.count else {
      return false
    }
    for _ in 0..<Self.maximumIterations {
      guard block.isEliminated else { return false }
      let rest = residual(at: solver.borderPoint(of: solver.voltages))
      let border = zip(rest, block.mismatch).map { $0 - $1 }
      let worst = max(
        border.map(\.magnitude).max() ?? 0, block.interior.map(\.mismatch).max() ?? 0)
      guard worst.isFinite else { return false }
      if worst <= Self.tolerance_pu { return true }
      let count = point.count
      guard
        let inverse = DenseInverse.of(
          zip(equivalent.schur, block.schur).map { $0 + $1 }, order: count)
      else { return false }
      let side = zip(rest, block.reduced).map { $0 + $1 }
      let step = (0..<count).map { row in
        (0..<count).reduce(0.0) { $0 + inverse[$1 * count + row] * side[$1] }
      }
      block = solver.advance(
        BorderStep(
          stamp: block.stamp.next(), step: step,
          isSettled: block.interior.map { _ in false }))
    }
    return false
  }

  /// What the rest of the grid leaves over at each border unknown.
  private func residual(at now: [Double]) -> [Double] {
    let count = point.count
    var rest = equivalent.reduced
    for column in 0..<count {
      let moved = now[column] - point[column]
      guard moved != 0 else { continue }
      for row in 0..<count { rest[row] -= equivalent.schur[column * count + row] * moved }
    }
    return rest
  }
}
