import SeededRandom
import SparseAlgebra
import Testing

@Suite("A sparse pattern")
struct SparsePatternTests {
  @Test("Columns are compressed, rows ascend, and a position given twice has one slot")
  func columnsAreCompressed() {
    let pattern = SparsePattern(
      order: 3, positions: [(2, 0), (0, 0), (1, 1), (2, 0), (0, 2), (2, 2), (1, 2)])
    #expect(pattern.columnStarts == [0, 2, 3, 6])
    #expect(pattern.rows == [0, 2, 1, 0, 1, 2])
    #expect(pattern.slotCount == 6)
  }

  @Test("Every position has its own slot", arguments: 1...20 as ClosedRange<UInt64>)
  func everyPositionHasItsSlot(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let order = Int.random(in: 1...30, using: &random)
    let positions = (0..<Int.random(in: 0...200, using: &random)).map { _ in
      (
        row: Int.random(in: 0..<order, using: &random),
        column: Int.random(in: 0..<order, using: &random)
      )
    }
    let pattern = SparsePattern(order: order, positions: positions)
    let distinct = Set(positions.map { [$0.row, $0.column] })
    let slots = positions.map { pattern.slot(row: $0.row, column: $0.column) }
    #expect(pattern.slotCount == distinct.count)
    #expect(Set(slots).count == distinct.count)
    for (position, slot) in zip(positions, slots) {
      #expect(pattern.rows[slot] == Int32(position.row))
      #expect(slot >= pattern.columnStarts[position.column])
      #expect(slot < pattern.columnStarts[position.column + 1])
    }
  }

  @Test("An empty matrix has no slots")
  func emptyMatrix() {
    let pattern = SparsePattern(order: 0, positions: [])
    #expect(pattern.slotCount == 0)
    #expect(pattern.columnStarts == [0])
  }

  @Test("A position that is not in the pattern has no slot")
  func absentPositionEndsTheProcess() async {
    await #expect(processExitsWith: .failure) {
      let pattern = SparsePattern(order: 2, positions: [(0, 0), (1, 1)])
      _ = pattern.slot(row: 1, column: 0)
    }
  }

  @Test("A position outside the matrix is refused")
  func outsidePositionEndsTheProcess() async {
    await #expect(processExitsWith: .failure) {
      _ = SparsePattern(order: 2, positions: [(0, 2)])
    }
  }
}
