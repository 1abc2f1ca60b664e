import GridModel
import SparseAlgebra
import WireCodec

/// What the rest of the grid looks like from one segment's border, to first order around a solved
/// point: how much power it puts into each border row, and how that changes with the voltages there.
///
///     f(x) = -r + S (x - x₀)        r, S: all other segments, reduced to this segment's unknowns
///
/// It holds for one topology version and the roles of one version; x₀ are the voltages of the tick
/// that it belongs to. A segment without its coordinator goes on with it for a while.
package struct BorderEquivalent: Sendable, Equatable {
  package var tick: Int64
  package var topologyVersion: Int64
  package var roleVersion: Int64
  /// S by columns, shape `[n²]` for the n border unknowns that the segment touches.
  package var schur: [Double]
  /// r, shape `[n]`, in per unit.
  package var reduced: [Double]
}

extension BorderEquivalent: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 5)
    writer.write("tick", tick)
    writer.write("topologyVersion", topologyVersion)
    writer.write("roleVersion", roleVersion)
    writer.write("schur", schur)
    writer.write("reduced", reduced)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    tick = try reader.read("tick", in: &fields)
    topologyVersion = try reader.read("topologyVersion", in: &fields)
    roleVersion = try reader.read("roleVersion", in: &fields)
    schur = try reader.read("schur", in: &fields)
    reduced = try reader.read("reduced", in: &fields)
    guard schur.count == reduced.count * reduced.count else {
      throw .invalidValue("an equivalent that is not square")
    }
    try reader.endMap(fields)
  }
}

/// Makes the equivalents of all segments from the blocks of a solved tick.
///
/// With the sum of all blocks T and a segment's unknowns A, the rest of the grid reduced to A is
///
///     S = ((T⁻¹)_AA)⁻¹ - S_A        r = ((T⁻¹)_AA)⁻¹ (T⁻¹ t)_A - r_A
///
/// so one sparse factorisation serves all segments, and each takes as many solves as it has unknowns.
///
/// Source: the inverse of a partitioned matrix, R. A. Horn and C. R. Johnson, *Matrix Analysis*,
/// 2013, section 0.7.3.
package final class EquivalentMaker {
  private let unknowns: [[Int]]
  private let order: Int
  private let pattern: SparsePattern
  private var factors: SparseLU

  package init(for border: BorderSystem) throws(SparseLUError) {
    unknowns = border.unknowns
    order = border.unknownCount
    pattern = SparsePattern(
      order: order,
      positions: unknowns.flatMap { own in
        own.flatMap { column in own.map { (row: $0, column: column) } }
      })
    factors = try SparseLU(ordering: pattern)
  }

  /// One equivalent for each block, in their order; `nil` for a segment that needs none because it
  /// touches no unknown of the border, and for all when the border is singular.
  package func make(from blocks: [BorderBlock]) -> [BorderEquivalent?] {
    let none = [BorderEquivalent?](repeating: nil, count: blocks.count)
    guard order > 0, blocks.allSatisfy(\.isEliminated) else { return none }
    var values = [Double](repeating: 0, count: pattern.slotCount)
    var side = [Double](repeating: 0, count: order)
    for (block, own) in zip(blocks, unknowns) {
      for (column, unknown) in own.enumerated() {
        side[unknown] += block.reduced[column]
        for (row, other) in own.enumerated() {
          values[pattern.slot(row: other, column: unknown)] += block.schur[column * own.count + row]
        }
      }
    }
    do { try factors.factor(values) } catch { return none }
    factors.solve(&side)
    return zip(blocks, unknowns).map { block, own in
      own.isEmpty ? nil : equivalent(beside: block, own, total: side)
    }
  }

  private func equivalent(
    beside block: BorderBlock, _ own: [Int], total: [Double]
  ) -> BorderEquivalent? {
    let count = own.count
    var sides = [Double](repeating: 0, count: order * count)
    for (column, unknown) in own.enumerated() { sides[column * order + unknown] = 1 }
    factors.solve(&sides, count: count)
    var compliance = [Double](repeating: 0, count: count * count)
    for column in 0..<count {
      for (row, unknown) in own.enumerated() {
        compliance[column * count + row] = sides[column * order + unknown]
      }
    }
    guard let stiffness = DenseInverse.of(compliance, order: count) else { return nil }
    var schur = stiffness
    for entry in schur.indices { schur[entry] -= block.schur[entry] }
    let reduced = (0..<count).map { row in
      own.indices.reduce(-block.reduced[row]) { sum, column in
        sum + stiffness[column * count + row] * total[own[column]]
      }
    }
    return BorderEquivalent(
      tick: block.stamp.tick, topologyVersion: block.stamp.topologyVersion,
      roleVersion: block.stamp.roleVersion, schur: schur, reduced: reduced)
  }
}
