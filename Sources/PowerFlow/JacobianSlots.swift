import SparseAlgebra

/// Where the four Jacobian entries of every admittance entry go, found once for a network.
///
/// One array holds all blocks:
///
///     [ J_II slots | J_IB by columns | right-hand side of the interior | J_BI entries | J_BB by columns ]
///
/// J_IB and the right-hand side stand together because one solve treats them all.
struct JacobianSlots: Sendable {
  /// Slots for ∂P/∂θ, ∂P/∂V, ∂Q/∂θ and ∂Q/∂V; -1 where the equation or the unknown is absent.
  struct Entry: Sendable {
    var angleByAngle = -1
    var angleByMagnitude = -1
    var magnitudeByAngle = -1
    var magnitudeByMagnitude = -1
  }

  let interior: SparsePattern
  /// Row (a border unknown) and column (an interior unknown) of each J_BI entry.
  let borderInterior: [(row: Int, column: Int)]
  let interiorBorderOffset: Int
  let interiorSideOffset: Int
  let borderInteriorOffset: Int
  let borderBorderOffset: Int
  let valueCount: Int
  private let entries: [Entry]

  subscript(admittanceEntry: Int) -> Entry { entries[admittanceEntry] }

  init(
    admittance: AdmittanceMatrix, angleUnknown: [Int], magnitudeUnknown: [Int],
    interiorCount: Int, borderCount: Int
  ) {
    // An equation has the number of the unknown that it is paired with: P with θ, Q with V.
    func visit(
      _ body: (_ entry: Int, _ equation: Int, _ unknown: Int, WritableKeyPath<Entry, Int>) -> Void
    ) {
      for row in 0..<admittance.rowCount {
        for entry in admittance.rowStarts[row]..<admittance.rowStarts[row + 1] {
          let column = admittance.columns[entry]
          let pairs: [(Int, Int, WritableKeyPath<Entry, Int>)] = [
            (angleUnknown[row], angleUnknown[column], \.angleByAngle),
            (angleUnknown[row], magnitudeUnknown[column], \.angleByMagnitude),
            (magnitudeUnknown[row], angleUnknown[column], \.magnitudeByAngle),
            (magnitudeUnknown[row], magnitudeUnknown[column], \.magnitudeByMagnitude),
          ]
          for (equation, unknown, path) in pairs where equation >= 0 && unknown >= 0 {
            body(entry, equation, unknown, path)
          }
        }
      }
    }
    var positions: [(row: Int, column: Int)] = []
    var borderInterior: [(row: Int, column: Int)] = []
    visit { _, equation, unknown, _ in
      switch (equation < interiorCount, unknown < interiorCount) {
      case (true, true): positions.append((equation, unknown))
      case (false, true): borderInterior.append((equation - interiorCount, unknown))
      default: break
      }
    }
    let interior = SparsePattern(order: interiorCount, positions: positions)
    let interiorBorderOffset = interior.slotCount
    let interiorSideOffset = interiorBorderOffset + interiorCount * borderCount
    let borderInteriorOffset = interiorSideOffset + interiorCount
    let borderBorderOffset = borderInteriorOffset + borderInterior.count
    var entries = [Entry](repeating: Entry(), count: admittance.columns.count)
    var nextBorderInterior = 0
    visit { entry, equation, unknown, path in
      switch (equation < interiorCount, unknown < interiorCount) {
      case (true, true):
        entries[entry][keyPath: path] = interior.slot(row: equation, column: unknown)
      case (true, false):
        entries[entry][keyPath: path] =
          interiorBorderOffset + (unknown - interiorCount) * interiorCount + equation
      case (false, true):
        entries[entry][keyPath: path] = borderInteriorOffset + nextBorderInterior
        nextBorderInterior += 1
      case (false, false):
        entries[entry][keyPath: path] =
          borderBorderOffset + (unknown - interiorCount) * borderCount + equation - interiorCount
      }
    }
    self.interior = interior
    self.borderInterior = borderInterior
    self.interiorBorderOffset = interiorBorderOffset
    self.interiorSideOffset = interiorSideOffset
    self.borderInteriorOffset = borderInteriorOffset
    self.borderBorderOffset = borderBorderOffset
    valueCount = borderBorderOffset + borderCount * borderCount
    self.entries = entries
  }

  /// Clears J_IB, which the last solve overwrote; every other entry is written anew each time.
  func clearBorderColumns(in values: inout [Double]) {
    for position in interiorBorderOffset..<interiorSideOffset { values[position] = 0 }
  }
}
