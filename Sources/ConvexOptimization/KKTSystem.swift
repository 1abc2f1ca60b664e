import SparseAlgebra

/// The linear system of every interior-point step,
///
///     ⎡ P + D   Aᵀ   ⎤ ⎡ x ⎤   ⎡ f ⎤
///     ⎣ A      -H⁻¹  ⎦ ⎣ y ⎦ = ⎣ g ⎦      D, H⁻¹ ≥ 0 diagonal,
///
/// made quasi-definite by a small static regularisation, whose error iterative refinement takes out
/// again. The order and the structure of the factors are found once.
///
/// Source: M. P. Friedlander and D. Orban, "A primal-dual regularized interior-point method for
/// convex quadratic programs", Math. Program. Comput. 4(1), 2012.
struct KKTSystem: Sendable {
  let order: Int
  let variableCount: Int
  /// Slots of each entry of P's upper triangle, of each entry of A and of the diagonal.
  private let quadraticSlots: [Int32]
  private let constraintSlots: [Int32]
  private let diagonalSlots: [Int32]
  private let pattern: SparsePattern
  /// P's own diagonal.
  private var quadraticDiagonal: [Double]
  private var values: [Double]
  private var sparse: SparseLDL?
  private var dense: DenseLDL?
  /// Added to the diagonal, with the sign of its part.
  private var regularisation = 1e-7
  /// The next change of the regularisation, and the error that the last one left.
  private var change = 0.1
  private var formerError = Double.infinity
  /// The largest error of a solve since the last factorisation.
  private var worstError = 0.0
  private var residual: [Double]
  private var product: [Double]
  private var kept: [Double]
  /// One over one plus the size of each diagonal entry.
  private var rowWeights: [Double]
  /// What GMRES keeps: its orthonormal basis, the directions in which the solution moves, and the
  /// triangle that the rotations leave, by rows.
  private var basis: [Double] = []
  private var directions: [Double] = []
  private var hessenberg = [Double](repeating: 0, count: (krylovLimit + 1) * krylovLimit)
  private var cosines = [Double](repeating: 0, count: krylovLimit)
  private var sines = [Double](repeating: 0, count: krylovLimit)
  private var rotated = [Double](repeating: 0, count: krylovLimit + 1)

  /// Up to this order a whole matrix is factored faster than a sparse one is ordered and factored: a
  /// solve takes 11 µs instead of 13 at order 6 or 7, 37 instead of 35 at order 17, 58 instead of 43 at
  /// order 26 (two-bus grids, MATPOWER's case5 and case6ww; least of 20, AMD EPYC).
  static let denseOrder = 16
  /// What is left of a right-hand side after a solve, as a share of its largest entry: what is asked
  /// for, and what does without more effort.
  private static let precision = 1e-11
  private static let leastPrecision = 1e-9
  private static let roughPrecision = 1e-5
  private static let refinementLimit = 3
  private static let krylovLimit = 8

  init(quadratic: SparseMatrix, constraints: SparseMatrix, denseOrder: Int = denseOrder) {
    let (n, m) = (quadratic.columnCount, constraints.rowCount)
    let order = n + m
    // A by rows: the column of each entry, and which entry it is.
    var rowStarts = [Int32](repeating: 0, count: m + 1)
    for row in constraints.rows { rowStarts[Int(row) + 1] += 1 }
    for row in 0..<m { rowStarts[row + 1] += rowStarts[row] }
    var starts: [Int32] = [0]
    var rows: [Int32] = []
    starts.reserveCapacity(order + 1)
    rows.reserveCapacity(quadratic.entryCount + constraints.entryCount + order)
    var quadraticSlots = [Int32](repeating: 0, count: quadratic.entryCount)
    var constraintSlots = [Int32](repeating: 0, count: constraints.entryCount)
    var diagonalSlots = [Int32](repeating: 0, count: order)
    for column in 0..<n {
      for entry in quadratic.entries(ofColumn: column) {
        quadraticSlots[entry] = Int32(rows.count)
        rows.append(quadratic.rows[entry])
      }
      if rows.count == Int(starts[column]) || rows[rows.count - 1] != column {
        rows.append(Int32(column))
      }
      diagonalSlots[column] = Int32(rows.count - 1)
      starts.append(Int32(rows.count))
    }
    let base = rows.count
    rows.append(contentsOf: repeatElement(0, count: constraints.entryCount + m))
    var ends = (0..<m).map { Int32(base) + rowStarts[$0] + Int32($0) }
    for column in 0..<n {
      for entry in constraints.entries(ofColumn: column) {
        let row = Int(constraints.rows[entry])
        constraintSlots[entry] = ends[row]
        rows[Int(ends[row])] = Int32(column)
        ends[row] += 1
      }
    }
    for row in 0..<m {
      diagonalSlots[n + row] = ends[row]
      rows[Int(ends[row])] = Int32(n + row)
      starts.append(ends[row] + 1)
    }
    self.order = order
    variableCount = n
    self.quadraticSlots = quadraticSlots
    self.constraintSlots = constraintSlots
    self.diagonalSlots = diagonalSlots
    pattern = SparsePattern(order: order, columnStarts: starts, rows: rows)
    quadraticDiagonal = [Double](repeating: 0, count: n)
    values = [Double](repeating: 0, count: rows.count)
    residual = [Double](repeating: 0, count: order)
    product = residual
    kept = residual
    rowWeights = residual
    let signs = (0..<order).map { $0 < n ? 1.0 : -1.0 }
    if order <= denseOrder {
      dense = DenseLDL(pattern, signs: signs)
    } else {
      sparse = SparseLDL(ordering: pattern, signs: signs)
    }
  }

  /// Takes in the values of P and A, in their own order.
  mutating func set(quadratic: [Double], constraints: [Double]) {
    for column in 0..<variableCount { values[Int(diagonalSlots[column])] = 0 }
    for (entry, slot) in quadraticSlots.enumerated() { values[Int(slot)] = quadratic[entry] }
    for (entry, slot) in constraintSlots.enumerated() { values[Int(slot)] = constraints[entry] }
    for column in 0..<variableCount {
      quadraticDiagonal[column] = values[Int(diagonalSlots[column])]
    }
  }

  /// Factors with D (the first entries) and H⁻¹ (the rest) of shape `[order]`.
  mutating func factor(diagonal: [Double]) {
    adaptRegularisation()
    for column in 0..<variableCount {
      values[Int(diagonalSlots[column])] =
        quadraticDiagonal[column] + diagonal[column] + regularisation
      rowWeights[column] = 1 / (1 + quadraticDiagonal[column] + diagonal[column])
    }
    for row in variableCount..<order {
      values[Int(diagonalSlots[row])] = -diagonal[row] - regularisation
      rowWeights[row] = 1 / (1 + diagonal[row])
    }
    if dense != nil { dense!.factor(values) } else { sparse!.factor(values) }
  }

  /// A small regularisation loses digits in the factors, a large one is hard to take out again; where
  /// in between a system works depends on the system. So it moves while solves are poor, and turns back
  /// when that made them worse.
  private mutating func adaptRegularisation() {
    if worstError > Self.poor || worstError.isNaN {
      if !(worstError < formerError) { change = 1 / change }
      formerError = worstError
      let next = regularisation * change
      if Self.regularisations.contains(next) { regularisation = next } else { change = 1 / change }
    }
    worstError = 0
  }

  private static let poor = 1e-7
  private static let regularisations = 0.9e-10...1.1e-6

  /// Forgets what earlier programs needed.
  mutating func reset() {
    regularisation = 1e-7
    change = 0.1
    formerError = .infinity
    worstError = 0
  }

  /// Solves for one right-hand side, and takes the regularisation's error out.
  ///
  /// Refinement does that in a round or two. Where the system is so nearly singular that it stalls,
  /// the factors serve as a preconditioner of flexible GMRES.
  ///
  /// Source: Y. Saad, "A flexible inner-outer preconditioned GMRES algorithm", SIAM J. Sci. Comput.
  /// 14(2), 1993.
  ///
  /// - Parameter isRough: whether a few digits are enough.
  mutating func solve(
    _ side: [Double], into solution: inout [Double], isRough: Bool = false
  ) {
    let precision = isRough ? Self.roughPrecision : Self.precision
    var size = 0.0
    for row in 0..<order {
      solution[row] = side[row]
      size = max(size, abs(side[row]) * rowWeights[row])
    }
    applyFactors(&solution)
    var error = findResidual(of: solution, side: side)
    var last = Double.infinity
    var round = 0
    while round < Self.refinementLimit, error > precision * size, error < last / 2 {
      for row in 0..<order { product[row] = residual[row] }
      applyFactorsToProduct()
      for row in 0..<order { solution[row] += product[row] }
      last = error
      error = findResidual(of: solution, side: side)
      round += 1
    }
    guard !isRough else { return }
    if error > Self.leastPrecision * size, error.isFinite {
      for row in 0..<order { kept[row] = solution[row] }
      let before = error
      correct(&solution, goal: precision * size)
      error = findResidual(of: solution, side: side)
      if !(error < before) {
        for row in 0..<order { solution[row] = kept[row] }
        error = before
      }
    }
    worstError = max(worstError, size > 0 ? error / size : 0)
  }

  /// residual ← side - K solution; returns its largest entry, each weighed by its row's diagonal.
  private mutating func findResidual(of solution: [Double], side: [Double]) -> Double {
    multiply(solution)
    var error = 0.0
    for row in 0..<order {
      residual[row] = side[row] - product[row]
      error = max(error, abs(residual[row]) * rowWeights[row])
    }
    return error
  }

  /// One cycle of GMRES on what is left.
  private mutating func correct(_ solution: inout [Double], goal: Double) {
    let limit = Self.krylovLimit
    if basis.isEmpty {
      basis = [Double](repeating: 0, count: order * limit)
      directions = basis
    }
    var norm = 0.0
    for row in 0..<order {
      residual[row] *= rowWeights[row]
      norm += residual[row] * residual[row]
    }
    norm = norm.squareRoot()
    for row in 0..<order { basis[row] = residual[row] / norm }
    rotated[0] = norm
    var count = 0
    while count < limit {
      let own = count * order
      for row in 0..<order { product[row] = basis[own + row] / rowWeights[row] }
      applyFactorsToProduct()
      for row in 0..<order {
        directions[own + row] = product[row]
        residual[row] = product[row]
      }
      multiply(residual)
      for row in 0..<order { product[row] *= rowWeights[row] }
      for earlier in 0...count {
        var share = 0.0
        for row in 0..<order { share += basis[earlier * order + row] * product[row] }
        hessenberg[earlier * limit + count] = share
        for row in 0..<order { product[row] -= share * basis[earlier * order + row] }
      }
      let rest = dot(product, product).squareRoot()
      for earlier in 0..<count { rotate(earlier, column: count) }
      let diagonal = hessenberg[count * limit + count]
      let length = (diagonal * diagonal + rest * rest).squareRoot()
      guard length > 0, length.isFinite else { break }
      cosines[count] = diagonal / length
      sines[count] = rest / length
      hessenberg[count * limit + count] = length
      rotated[count + 1] = -sines[count] * rotated[count]
      rotated[count] *= cosines[count]
      count += 1
      if abs(rotated[count]) <= goal || count == limit || rest <= 1e-14 * length { break }
      for row in 0..<order { basis[count * order + row] = product[row] / rest }
    }
    for step in stride(from: count - 1, through: 0, by: -1) {
      var share = rotated[step]
      for later in step + 1..<max(count, step + 1) {
        share -= hessenberg[step * limit + later] * rotated[later]
      }
      rotated[step] = share / hessenberg[step * limit + step]
      let factor = rotated[step]
      for row in 0..<order { solution[row] += factor * directions[step * order + row] }
    }
  }

  private mutating func rotate(_ earlier: Int, column: Int) {
    let limit = Self.krylovLimit
    let upper = hessenberg[earlier * limit + column]
    let lower = hessenberg[(earlier + 1) * limit + column]
    hessenberg[earlier * limit + column] = cosines[earlier] * upper + sines[earlier] * lower
    hessenberg[(earlier + 1) * limit + column] = cosines[earlier] * lower - sines[earlier] * upper
  }

  private mutating func applyFactors(_ side: inout [Double]) {
    if dense != nil { dense!.solve(&side) } else { sparse!.solve(&side) }
  }

  private mutating func applyFactorsToProduct() {
    if dense != nil { dense!.solve(&product) } else { sparse!.solve(&product) }
  }

  /// product ← K x, without the regularisation.
  private mutating func multiply(_ x: [Double]) {
    let (starts, rows, values) = (pattern.columnStarts, pattern.rows, values)
    for row in 0..<order {
      product[row] = (row < variableCount ? -regularisation : regularisation) * x[row]
    }
    for column in 0..<order {
      let factor = x[column]
      var sum = 0.0
      let diagonal = Int(starts[column + 1]) - 1
      for entry in Int(starts[column])..<diagonal {
        let row = Int(rows[entry])
        sum += values[entry] * x[row]
        product[row] += values[entry] * factor
      }
      product[column] += sum + values[diagonal] * factor
    }
  }
}
