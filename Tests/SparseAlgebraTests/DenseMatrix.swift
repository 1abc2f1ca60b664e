import SparseAlgebra

/// A plain square matrix with Gaussian elimination: the second, simpler implementation.
struct DenseMatrix {
  private var rows: [[Double]]

  /// The matrix that a pattern and its values stand for.
  init(_ pattern: SparsePattern, _ values: [Double]) {
    let order = pattern.order
    rows = [[Double]](repeating: [Double](repeating: 0, count: order), count: order)
    for column in 0..<order {
      for slot in Int(pattern.columnStarts[column])..<Int(pattern.columnStarts[column + 1]) {
        rows[Int(pattern.rows[slot])][column] = values[slot]
      }
    }
  }

  /// The symmetric matrix of which a pattern and its values are the upper triangle.
  init(symmetric upper: SparsePattern, _ values: [Double]) {
    self.init(upper, values)
    for column in 0..<upper.order {
      for row in 0..<column { rows[column][row] = rows[row][column] }
    }
  }

  /// Solves by elimination with row exchanges.
  func solve(_ side: [Double]) -> [Double] {
    let order = rows.count
    var a = rows
    var x = side
    for k in 0..<order {
      let pivot = (k..<order).max { a[$0][k].magnitude < a[$1][k].magnitude }!
      a.swapAt(k, pivot)
      x.swapAt(k, pivot)
      for i in (k + 1)..<max(order, k + 1) where a[i][k] != 0 {
        let factor = a[i][k] / a[k][k]
        for j in k..<order { a[i][j] -= factor * a[k][j] }
        x[i] -= factor * x[k]
      }
    }
    for k in stride(from: order - 1, through: 0, by: -1) {
      for j in (k + 1)..<max(order, k + 1) { x[k] -= a[k][j] * x[j] }
      x[k] /= a[k][k]
    }
    return x
  }
}
