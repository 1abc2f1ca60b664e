/// Products with sparse matrices that write to memory of the caller.
extension SparseMatrix {
  /// product ← A x, with these values in the place of the matrix's own.
  func multiply(_ values: [Double], _ x: [Double], into product: inout [Double]) {
    let (starts, rows, values, x) = (columnStarts.span, rows.span, values.span, x.span)
    var product = product.mutableSpan
    for row in 0..<product.count { product[row] = 0 }
    for column in 0..<columnCount {
      let factor = x[column]
      for entry in Int(starts[column])..<Int(starts[column + 1]) {
        product[Int(rows[entry])] += values[entry] * factor
      }
    }
  }

  /// product ← Aᵀ y.
  func multiplyTransposed(_ values: [Double], _ y: [Double], into product: inout [Double]) {
    let (starts, rows, values, y) = (columnStarts.span, rows.span, values.span, y.span)
    var product = product.mutableSpan
    for column in 0..<columnCount {
      var sum = 0.0
      for entry in Int(starts[column])..<Int(starts[column + 1]) {
        sum += values[entry] * y[Int(rows[entry])]
      }
      product[column] = sum
    }
  }

  /// product ← P x, for a symmetric matrix given by its upper triangle.
  func multiplySymmetric(_ values: [Double], _ x: [Double], into product: inout [Double]) {
    let (starts, rows, values, x) = (columnStarts.span, rows.span, values.span, x.span)
    var product = product.mutableSpan
    for row in 0..<product.count { product[row] = 0 }
    for column in 0..<columnCount {
      let factor = x[column]
      var sum = 0.0
      for entry in Int(starts[column])..<Int(starts[column + 1]) {
        let row = Int(rows[entry])
        sum += values[entry] * x[row]
        if row != column { product[row] += values[entry] * factor }
      }
      product[column] += sum
    }
  }
}

/// Σ aᵢ bᵢ.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  let (a, b) = (a.span, b.span)
  var sum = 0.0
  for position in 0..<a.count { sum += a[position] * b[position] }
  return sum
}
