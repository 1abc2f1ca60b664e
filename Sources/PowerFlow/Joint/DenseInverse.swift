/// The inverse of a small dense matrix, for borders of a few dozen unknowns.
enum DenseInverse {
  /// Inverts by Gauss-Jordan elimination with row pivots; `nil` for a singular matrix.
  ///
  /// - Parameter matrix: by columns, shape `[order²]`.
  static func of(_ matrix: [Double], order: Int) -> [Double]? {
    precondition(matrix.count == order * order, "A square matrix by columns.")
    var left = matrix
    var right = [Double](repeating: 0, count: matrix.count)
    for diagonal in 0..<order { right[diagonal * order + diagonal] = 1 }
    for pivot in 0..<order {
      let best = (pivot..<order).max {
        left[pivot * order + $0].magnitude < left[pivot * order + $1].magnitude
      }!
      let head = left[pivot * order + best]
      guard head.isFinite, head != 0 else { return nil }
      for column in 0..<order {
        left.swapAt(column * order + pivot, column * order + best)
        right.swapAt(column * order + pivot, column * order + best)
        left[column * order + pivot] /= head
        right[column * order + pivot] /= head
      }
      let factors = (0..<order).map { left[pivot * order + $0] }
      for column in 0..<order {
        let (l, r) = (left[column * order + pivot], right[column * order + pivot])
        for row in 0..<order where row != pivot && factors[row] != 0 {
          left[column * order + row] -= factors[row] * l
          right[column * order + row] -= factors[row] * r
        }
      }
    }
    return right
  }
}
