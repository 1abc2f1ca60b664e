import SeededRandom
import SparseAlgebra
import Testing

@Suite("Sparse LU factors")
struct SparseLUTests {
  static let seeds: ClosedRange<UInt64> = 1...40

  @Test("Solve as plain elimination does, several sides at once, from an offset", arguments: seeds)
  func solvesAsPlainElimination(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (pattern, values) = randomMatrix(using: &random)
    let count = Int.random(in: 1...5, using: &random)
    let offset = Int.random(in: 0...7, using: &random)
    let tail = Int.random(in: 0...7, using: &random)
    let end = offset + pattern.order * count
    let before = (0..<end + tail).map { _ in Double.random(in: -1...1, using: &random) }
    var factors = try SparseLU(ordering: pattern)
    try factors.factor(values)
    var after = before
    factors.solve(&after, offset: offset, count: count)

    #expect(after[..<offset] == before[..<offset])
    #expect(after[end...] == before[end...])
    let dense = DenseMatrix(pattern, values)
    for side in 0..<count {
      let range = offset + side * pattern.order..<offset + (side + 1) * pattern.order
      let expected = dense.solve(Array(before[range]))
      for (ours, theirs) in zip(after[range], expected) {
        #expect(abs(ours - theirs) <= 1e-10 * max(1, abs(theirs)))
      }
    }
  }

  @Test("New values on old pivots give what new pivots give", arguments: seeds)
  func refactoringEqualsFactoring(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (pattern, first) = randomMatrix(using: &random)
    let second = first.map { $0 * Double.random(in: 0.7...1.4, using: &random) }
    let side = (0..<pattern.order).map { _ in Double.random(in: -1...1, using: &random) }
    var kept = try SparseLU(ordering: pattern)
    try kept.factor(first)
    try kept.refactor(second)
    var fresh = try SparseLU(ordering: pattern)
    try fresh.factor(second)
    var onKept = side
    var onFresh = side
    kept.solve(&onKept)
    fresh.solve(&onFresh)
    for (a, b) in zip(onKept, onFresh) { #expect(abs(a - b) <= 1e-10 * max(1, abs(b))) }
  }

  @Test("The same values on the same pivots give the same bits")
  func refactoringRepeats() throws {
    var random = SeededGenerator(seed: 7)
    let (pattern, values) = randomMatrix(using: &random)
    var factors = try SparseLU(ordering: pattern)
    try factors.factor(values)
    var solutions: Set<[Double]> = []
    for _ in 0..<3 {
      try factors.refactor(values)
      var side = [Double](repeating: 1, count: pattern.order)
      factors.solve(&side)
      solutions.insert(side)
    }
    #expect(solutions.count == 1)
  }

  @Test("A pattern that no values make regular is singular")
  func structurallySingular() {
    // Two columns that meet in one row only.
    let pattern = SparsePattern(order: 3, positions: [(0, 0), (0, 1), (1, 2), (2, 2), (0, 2)])
    #expect(throws: SparseLUError.singular) { _ = try SparseLU(ordering: pattern) }
  }

  @Test("Values that make a regular pattern singular are reported")
  func numericallySingular() throws {
    #expect(throws: SparseLUError.singular) {
      var factors = try SparseLU(ordering: Self.full(order: 2))
      try factors.factor([1, 2, 2, 4])
    }
    #expect(throws: SparseLUError.singular) {
      var factors = try SparseLU(ordering: Self.full(order: 2))
      try factors.factor([0, 0, 0, 0])
    }
  }

  @Test("Regular values after singular ones are solved")
  func recoversFromSingularValues() throws {
    var factors = try SparseLU(ordering: Self.full(order: 2))
    var isRefused = false
    do { try factors.factor([1, 2, 2, 4]) } catch { isRefused = true }
    let isFactored = factors.isFactored
    #expect(isRefused && !isFactored)
    try factors.factor([2, 0, 0, 4])
    var side = [2.0, 4.0]
    factors.solve(&side)
    #expect(side == [1, 1])
  }

  @Test(
    "Pivots that new values make useless are reported, and new pivots serve",
    arguments: [[0, 1, 1, 0], [1e-17, 1, 1, 1e-17]])
  func pivotsFail(values: [Double]) throws {
    var factors = try SparseLU(ordering: Self.full(order: 2))
    try factors.factor([1, 0.1, 0.1, 1])
    var refusal: SparseLUError?
    do { try factors.refactor(values) } catch { refusal = error }
    #expect(refusal == .pivotsFailed)
    try factors.factor(values)
    var side = [3.0, 5.0]
    factors.solve(&side)
    #expect(side == [5, 3])
  }

  @Test("An empty matrix is factored and solves nothing")
  func emptyMatrix() throws {
    var factors = try SparseLU(ordering: SparsePattern(order: 0, positions: []))
    let isFactored = factors.isFactored
    #expect(isFactored)
    try factors.factor([])
    try factors.refactor([])
    var side = [1.0, 2.0]
    factors.solve(&side, offset: 1, count: 1)
    #expect(side == [1, 2])
  }

  @Test("Nothing is solved before the values are factored")
  func solveBeforeFactor() async {
    await #expect(processExitsWith: .failure) {
      var factors = try SparseLU(ordering: SparsePattern(order: 1, positions: [(0, 0)]))
      var side = [1.0]
      factors.solve(&side)
    }
  }

  private static func full(order: Int) -> SparsePattern {
    SparsePattern(
      order: order, positions: (0..<order).flatMap { row in (0..<order).map { (row, $0) } })
  }

  /// Diagonally strong and unsymmetric, in a random order of rows so that pivots must be sought.
  private func randomMatrix(
    using random: inout SeededGenerator
  ) -> (pattern: SparsePattern, values: [Double]) {
    let order = Int.random(in: 1...40, using: &random)
    let places = (0..<order).shuffled(using: &random)
    var positions = places.enumerated().map { (row: $1, column: $0) }
    for _ in 0..<order * 2 {
      positions.append(
        (Int.random(in: 0..<order, using: &random), Int.random(in: 0..<order, using: &random)))
    }
    let pattern = SparsePattern(order: order, positions: positions)
    var values = (0..<pattern.slotCount).map { _ in Double.random(in: -1...1, using: &random) }
    for (column, row) in places.enumerated() {
      values[pattern.slot(row: row, column: column)] += 8
    }
    return (pattern, values)
  }
}
