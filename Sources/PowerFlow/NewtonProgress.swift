import GridModel
import Quantities

/// How far Newton's method came in each island, to tell of one that has no solution.
struct NewtonProgress {
  private let islands: [IslandPlan.Island]
  private let base: PowerBase
  private var present: [InteriorResidual] = []
  private var best: [(residual: InteriorResidual, iteration: Int)] = []

  init(of islands: [IslandPlan.Island], base: PowerBase) {
    self.islands = islands
    self.base = base
  }

  /// Takes in the largest mismatch of each island, border included; shape `[islandCount]`.
  mutating func record(_ residuals: [InteriorResidual], iteration: Int) {
    if best.isEmpty {
      best = residuals.map { ($0, iteration) }
    } else {
      for (island, residual) in residuals.enumerated()
      where best[island].residual.mismatch.isWorse(than: residual.mismatch) {
        best[island] = (residual, iteration)
      }
    }
    present = residuals
  }

  /// The worst mismatch at present, in per unit.
  var worst: Double { present[worstIsland].mismatch }

  /// The island that is worst at present, at the best point that it reached. Another island may
  /// have had a larger mismatch there and be solved by now.
  var failure: IslandFailure {
    let island = worstIsland
    let (residual, iteration) = best[island]
    return IslandFailure(
      island: island + 1, reference: islands[island].references[0].bus, iterations: iteration,
      worstBus: residual.bus ?? islands[island].references[0].bus,
      mismatch_MVA: base.megawatts(residual.mismatch))
  }

  private var worstIsland: Int {
    present.indices.max { present[$1].mismatch.isWorse(than: present[$0].mismatch) } ?? 0
  }
}

extension Double {
  /// Orders mismatches: one that is not a number is worse than any other.
  package func isWorse(than other: Double) -> Bool { self > other || isNaN && !other.isNaN }
}
