import SeededRandom
import SparseAlgebra
import Testing

@Suite("Factors of quasi-definite matrices")
struct LDLTests {
  static let seeds: ClosedRange<UInt64> = 1...40

  @Test("Solve as plain elimination does, sparse and dense, again and again", arguments: seeds)
  func solvesAsPlainElimination(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let system = QuasiDefinite(using: &random)
    var sparse = SparseLDL(ordering: system.pattern, signs: system.signs)
    var dense = DenseLDL(system.pattern, signs: system.signs)
    for _ in 0..<3 {
      let values = system.values(using: &random)
      let side = (0..<system.pattern.order).map { _ in Double.random(in: -1...1, using: &random) }
      let expected = DenseMatrix(symmetric: system.pattern, values).solve(side)
      #expect(sparse.factor(values) == 0)
      #expect(dense.factor(values) == 0)
      var ours = side
      sparse.solve(&ours)
      for (a, b) in zip(ours, expected) { #expect(abs(a - b) <= 1e-9 * max(1, abs(b))) }
      ours = side
      dense.solve(&ours)
      for (a, b) in zip(ours, expected) { #expect(abs(a - b) <= 1e-9 * max(1, abs(b))) }
    }
  }

  @Test("A pivot of the wrong sign is replaced and counted")
  func replacedPivots() {
    let pattern = SparsePattern(order: 2, columnStarts: [0, 1, 2], rows: [0, 1])
    var sparse = SparseLDL(ordering: pattern, signs: [1, -1])
    #expect(sparse.factor([-1, -1], smallestPivot: 0.5) == 1)
    var side = [1.0, 1.0]
    sparse.solve(&side)
    #expect(side == [2, -1])
    var dense = DenseLDL(pattern, signs: [1, -1])
    #expect(dense.factor([1, 0], smallestPivot: 0.5) == 1)
    side = [1, 1]
    dense.solve(&side)
    #expect(side == [1, -2])
  }

  @Test("Nothing is solved by nothing")
  func empty() {
    let pattern = SparsePattern(order: 0, columnStarts: [0], rows: [])
    var sparse = SparseLDL(ordering: pattern, signs: [])
    var dense = DenseLDL(pattern, signs: [])
    #expect(sparse.factor([]) == 0)
    #expect(dense.factor([]) == 0)
    var side: [Double] = []
    sparse.solve(&side)
    dense.solve(&side)
    #expect(side.isEmpty)
  }

  @Test("A chain fills nothing in")
  func chain() {
    let order = 50
    let positions = (0..<order).flatMap { place in
      [(row: place, column: place)] + (place > 0 ? [(row: place - 1, column: place)] : [])
    }
    let factors = SparseLDL(
      ordering: SparsePattern(order: order, positions: positions),
      signs: [Double](repeating: 1, count: order))
    #expect(factors.fillCount == order - 1)
  }
}

/// A random pattern of [F Gᵀ; G -H] whose values are diagonally dominant, signs mixed.
private struct QuasiDefinite {
  let pattern: SparsePattern
  let signs: [Double]

  init(using random: inout SeededGenerator) {
    let order = Int.random(in: 1...60, using: &random)
    var positions = (0..<order).map { (row: $0, column: $0) }
    for _ in 0..<order {
      let (a, b) = (
        Int.random(in: 0..<order, using: &random), Int.random(in: 0..<order, using: &random)
      )
      positions.append((row: min(a, b), column: max(a, b)))
    }
    pattern = SparsePattern(order: order, positions: positions)
    signs = (0..<order).map { _ in Bool.random(using: &random) ? 1 : -1 }
  }

  func values(using random: inout SeededGenerator) -> [Double] {
    var values = pattern.rows.map { _ in Double.random(in: -1...1, using: &random) }
    var sums = [Double](repeating: 0.5, count: pattern.order)
    for column in 0..<pattern.order {
      for slot in pattern.slots(ofColumn: column) where pattern.rows[slot] != column {
        sums[column] += abs(values[slot])
        sums[Int(pattern.rows[slot])] += abs(values[slot])
      }
    }
    for row in 0..<pattern.order {
      values[pattern.slot(row: row, column: row)] = signs[row] * sums[row]
    }
    return values
  }
}
