/// The factors L D Lᵀ of a small symmetric quasi-definite matrix that is stored whole.
///
/// Takes the same matrices as `SparseLDL`, by the same upper triangle, without an ordering: for a
/// few dozen rows that is faster.
public struct DenseLDL: Sendable {
  public let order: Int
  private let signs: [Double]
  /// Where each slot of the pattern stands in `lower`.
  private let places: [Int32]
  /// L below the diagonal, by columns of `order` entries.
  private var lower: [Double]
  private var inversePivots: [Double]

  /// - Parameters:
  ///   - upper: the upper triangle of the matrix.
  ///   - signs: shape `[order]`, +1 or -1: the sign of each diagonal entry of D.
  public init(_ upper: SparsePattern, signs: [Double]) {
    precondition(signs.count == upper.order, "One sign for each row.")
    let order = upper.order
    var places = [Int32](repeating: 0, count: upper.slotCount)
    for column in 0..<order {
      for slot in upper.slots(ofColumn: column) {
        precondition(upper.rows[slot] <= column, "The matrix is given by its upper triangle.")
        places[slot] = upper.rows[slot] * Int32(order) + Int32(column)
      }
    }
    self.order = order
    self.signs = signs
    self.places = places
    lower = [Double](repeating: 0, count: order * order)
    inversePivots = [Double](repeating: 0, count: order)
  }

  /// Factors the values, one for each slot of the pattern; as `SparseLDL.factor`.
  @discardableResult
  public mutating func factor(_ values: [Double], smallestPivot: Double = 1e-13) -> Int {
    precondition(values.count == places.count, "One value for each slot.")
    return Self.factor(
      values, places: places, signs: signs, smallestPivot: smallestPivot, into: &lower,
      inverse: &inversePivots)
  }

  /// Solves in place with the factors of the last `factor`. Allocates nothing.
  public func solve(_ side: inout [Double]) {
    precondition(side.count == order, "One entry for each row.")
    let order = order
    let (lower, inverse) = (lower.span, inversePivots.span)
    var side = side.mutableSpan
    for column in 0..<order {
      let value = side[column]
      let start = column * order
      for row in column + 1..<max(order, column + 1) {
        side[unchecked: row] -= lower[unchecked: start + row] * value
      }
    }
    for column in stride(from: order - 1, through: 0, by: -1) {
      var value = side[column] * inverse[column]
      let start = column * order
      for row in column + 1..<max(order, column + 1) {
        value -= lower[unchecked: start + row] * side[unchecked: row]
      }
      side[column] = value
    }
  }

  private static func factor(
    _ values: [Double], places: [Int32], signs: [Double], smallestPivot: Double,
    into lower: inout [Double], inverse: inout [Double]
  ) -> Int {
    let order = signs.count
    var replaced = 0
    let (places, values, signs) = (places.span, values.span, signs.span)
    var lower = lower.mutableSpan
    var inverse = inverse.mutableSpan
    for place in 0..<lower.count { lower[place] = 0 }
    for slot in 0..<places.count { lower[Int(places[slot])] = values[slot] }
    for column in 0..<order {
      let start = column * order
      var pivot = lower[start + column]
      if !(pivot * signs[column] > smallestPivot) {
        pivot = signs[column] * smallestPivot
        replaced += 1
      }
      inverse[column] = 1 / pivot
      for row in column + 1..<max(order, column + 1) {
        let value = lower[start + row]
        guard value != 0 else { continue }
        let factor = value * inverse[column]
        let target = row * order
        for other in row..<order {
          lower[unchecked: target + other] -= factor * lower[unchecked: start + other]
        }
      }
      for row in column + 1..<max(order, column + 1) { lower[start + row] *= inverse[column] }
    }
    return replaced
  }
}
