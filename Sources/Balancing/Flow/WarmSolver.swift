import ConvexOptimization
import SparseAlgebra

/// Solves one quadratic program again and again while its linear costs change.
///
/// The limits that bound last time are tried first: with them the optimum is one linear system, whose
/// factors are kept as long as the same limits bind. The answer is taken when it meets every condition
/// of an optimum; otherwise limits are exchanged a few times, and then an interior point decides.
struct WarmSolver: Sendable {
  private(set) var program: QuadraticProgram
  /// Shape `[variableCount]`.
  private(set) var primal: [Double]
  private(set) var interiorSolves = 0
  private(set) var factorings = 0
  private(set) var solves = 0

  private var solver: InteriorPointSolver
  private var factors: SparseLDL
  private let signs: [Double]
  /// Which limit binds: -1 the lower, 1 the upper, 0 neither. Variables first, then rows.
  private var binding: [Int8]
  private var isFactored = false
  private var hasGuess = false
  private let columnScale: [Double]
  private let rowScale: [Double]
  private var costScale = 1.0
  /// The scaled matrices, P by its upper triangle.
  private var quadratic: SparseMatrix
  private var constraints: SparseMatrix
  private let diagonalSlots: [Int32]
  private let quadraticSlots: [Int32]
  private let constraintSlots: [Int32]
  private var values: [Double]
  private var point: [Double]
  private var residual: [Double]
  private var gradient: [Double]
  private var rowValues: [Double]

  private let accuracy: Accuracy
  private static let refinementLimit = 20
  private static let exchangeLimit = 12

  /// How exact an answer is, in scaled units.
  struct Accuracy: Sendable {
    var regularisation = 1e-7
    var smallestPivot = 1e-8
    /// Of limits and of the signs of multipliers.
    var tolerance = 1e-10
    /// That refining may leave.
    var residual = 1e-11

    /// For programs over a horizon: what far angles cost is tiny beside what a small plant costs over
    /// a long period, and must not drown in the regularisation.
    static let horizon = Accuracy(
      regularisation: 1e-9, smallestPivot: 1e-9, tolerance: 1e-9, residual: 1e-9)
  }

  init(
    _ program: QuadraticProgram, accuracy: Accuracy = Accuracy()
  ) throws(QuadraticProgramError) {
    self.accuracy = accuracy
    solver = try InteriorPointSolver(program)
    self.program = program
    let (n, m) = (program.variableCount, program.rowCount)
    var columns = [Double](repeating: 0, count: n)
    for column in 0..<n {
      for entry in program.constraints.entries(ofColumn: column) {
        columns[column] = max(columns[column], abs(program.constraints.values[entry]))
      }
      columns[column] = columns[column] > 0 ? 1 / columns[column] : 1
    }
    var rows = [Double](repeating: 0, count: m)
    for column in 0..<n {
      for entry in program.constraints.entries(ofColumn: column) {
        let row = Int(program.constraints.rows[entry])
        rows[row] = max(rows[row], abs(program.constraints.values[entry]) * columns[column])
      }
    }
    columnScale = columns
    rowScale = rows.map { $0 > 0 ? 1 / $0 : 1 }
    quadratic = program.quadratic
    constraints = program.constraints
    for column in 0..<n {
      for entry in constraints.entries(ofColumn: column) {
        constraints.values[entry] *= rowScale[Int(constraints.rows[entry])] * columns[column]
      }
    }
    var positions: [(row: Int, column: Int)] = (0..<n + m).map { ($0, $0) }
    for column in 0..<n {
      for entry in quadratic.entries(ofColumn: column) {
        positions.append((Int(quadratic.rows[entry]), column))
      }
      for entry in constraints.entries(ofColumn: column) {
        positions.append((column, n + Int(constraints.rows[entry])))
      }
    }
    let pattern = SparsePattern(order: n + m, positions: positions)
    signs = (0..<n + m).map { $0 < n ? 1 : -1 }
    diagonalSlots = (0..<n + m).map { Int32(pattern.slot(row: $0, column: $0)) }
    var quadraticSlots: [Int32] = []
    var constraintSlots: [Int32] = []
    for column in 0..<n {
      for entry in quadratic.entries(ofColumn: column) {
        quadraticSlots.append(
          Int32(pattern.slot(row: Int(quadratic.rows[entry]), column: column)))
      }
      for entry in constraints.entries(ofColumn: column) {
        constraintSlots.append(
          Int32(pattern.slot(row: column, column: n + Int(constraints.rows[entry]))))
      }
    }
    self.quadraticSlots = quadraticSlots
    self.constraintSlots = constraintSlots
    factors = SparseLDL(ordering: pattern, signs: signs)
    values = [Double](repeating: 0, count: pattern.slotCount)
    binding = [Int8](repeating: 0, count: n + m)
    primal = [Double](repeating: 0, count: n)
    point = [Double](repeating: 0, count: n + m)
    residual = point
    gradient = primal
    rowValues = [Double](repeating: 0, count: m)
    scaleCosts()
  }

  /// Changes P, at the places that it has.
  mutating func setQuadratic(_ values: [Double]) {
    program.quadratic.values = values
    isFactored = false
    scaleCosts()
  }

  private mutating func scaleCosts() {
    let n = program.variableCount
    var largest = 0.0
    for column in 0..<n {
      for entry in quadratic.entries(ofColumn: column) {
        let value =
          program.quadratic.values[entry] * columnScale[column]
          * columnScale[Int(quadratic.rows[entry])]
        quadratic.values[entry] = value
        largest = max(largest, abs(value))
      }
    }
    costScale = largest > 0 ? 1 / largest : 1
    for entry in quadratic.values.indices { quadratic.values[entry] *= costScale }
  }

  /// Finds the optimum for a linear cost. Returns whether there is one.
  mutating func solve(linear: [Double]) -> Bool {
    program.linear = linear
    solves += 1
    if hasGuess, tryBinding() { return true }
    solver.program = program
    interiorSolves += 1
    guard let solution = try? solver.solve(), solution.status == .optimal else {
      hasGuess = false
      return false
    }
    guess(from: solution)
    hasGuess = true
    if !tryBinding() { primal = solution.primal }
    return true
  }

  /// A limit binds where its multiplier is larger than the distance to it.
  private mutating func guess(from solution: QuadraticSolution) {
    let (n, m) = (program.variableCount, program.rowCount)
    for variable in 0..<n {
      let scale = columnScale[variable]
      let dual = solution.boundDuals[variable] * scale * costScale
      binding[variable] = Self.binding(
        value: solution.primal[variable] / scale, lower: program.lower[variable] / scale,
        upper: program.upper[variable] / scale, dual: dual)
    }
    let rows = program.constraints.multiply(solution.primal)
    for row in 0..<m {
      let scale = rowScale[row]
      binding[n + row] = Self.binding(
        value: rows[row] * scale, lower: program.rowLower[row] * scale,
        upper: program.rowUpper[row] * scale, dual: solution.rowDuals[row] / scale * costScale)
    }
    isFactored = false
  }

  private static func binding(
    value: Double, lower: Double, upper: Double, dual: Double
  ) -> Int8 {
    if lower == upper { return 1 }
    if upper - value < dual { return 1 }
    if value - lower < -dual { return -1 }
    return 0
  }

  private func limit(_ place: Int) -> Double {
    let n = program.variableCount
    if place < n {
      return (binding[place] > 0 ? program.upper[place] : program.lower[place])
        / columnScale[place]
    }
    let row = place - n
    return (binding[place] > 0 ? program.rowUpper[row] : program.rowLower[row]) * rowScale[row]
  }

  /// Solves with the limits that bind now, exchanging some where the answer asks for it.
  private mutating func tryBinding() -> Bool {
    for _ in 0..<Self.exchangeLimit {
      if !isFactored { factor() }
      guard solveBound() else { return false }
      if !exchange() {
        let n = program.variableCount
        for variable in 0..<n { primal[variable] = point[variable] * columnScale[variable] }
        return true
      }
    }
    return false
  }

  private mutating func factor() {
    let n = program.variableCount
    for slot in values.indices { values[slot] = 0 }
    for column in 0..<n where binding[column] == 0 {
      for entry in quadratic.entries(ofColumn: column)
      where binding[Int(quadratic.rows[entry])] == 0 {
        values[Int(quadraticSlots[entry])] += quadratic.values[entry]
      }
      for entry in constraints.entries(ofColumn: column)
      where binding[n + Int(constraints.rows[entry])] != 0 {
        values[Int(constraintSlots[entry])] = constraints.values[entry]
      }
    }
    for place in binding.indices {
      let isIn = place < n ? binding[place] == 0 : binding[place] != 0
      values[Int(diagonalSlots[place])] += signs[place] * (isIn ? accuracy.regularisation : 1)
    }
    factors.factor(values, smallestPivot: accuracy.smallestPivot)
    factorings += 1
    isFactored = true
  }

  /// Solves the bound system, refined until its residual is rounding. Fails where it is singular.
  private mutating func solveBound() -> Bool {
    let n = program.variableCount
    for place in point.indices {
      if place < n ? binding[place] != 0 : binding[place] == 0 {
        point[place] = place < n ? limit(place) : 0
      }
    }
    var last = Double.infinity
    for _ in 0..<Self.refinementLimit {
      let worst = measure()
      if worst <= 1e-13 { return true }
      guard worst < last * 0.5 else { return worst <= accuracy.residual }
      last = worst
      factors.solve(&residual)
      for place in point.indices { point[place] += residual[place] }
    }
    return measure() <= accuracy.residual
  }

  /// Fills `gradient`, `rowValues` and `residual`; returns the largest residual, in shares of the
  /// terms that make it.
  private mutating func measure() -> Double {
    let (n, m) = (program.variableCount, program.rowCount)
    var size = 1.0
    for variable in 0..<n {
      let linear = program.linear[variable] * columnScale[variable] * costScale
      gradient[variable] = linear
      size = max(size, abs(linear))
    }
    for row in 0..<m { rowValues[row] = 0 }
    for column in 0..<n {
      let x = point[column]
      var sum = 0.0
      for entry in quadratic.entries(ofColumn: column) {
        let row = Int(quadratic.rows[entry])
        sum += quadratic.values[entry] * point[row]
        if row != column { gradient[row] += quadratic.values[entry] * x }
      }
      for entry in constraints.entries(ofColumn: column) {
        let row = Int(constraints.rows[entry])
        rowValues[row] += constraints.values[entry] * x
        sum += constraints.values[entry] * point[n + row]
      }
      gradient[column] += sum
    }
    var worst = 0.0
    var sum = 0.0
    for variable in 0..<n {
      residual[variable] = binding[variable] == 0 ? -gradient[variable] : 0
      sum += residual[variable]
      worst = max(worst, abs(residual[variable]) / size)
    }
    for row in 0..<m {
      let value = binding[n + row] == 0 ? 0 : limit(n + row) - rowValues[row]
      residual[n + row] = value
      sum += value
      worst = max(worst, abs(value) / max(1, abs(rowValues[row])))
    }
    return sum.isFinite ? worst : .infinity
  }

  /// Frees limits that pull the wrong way and binds those that are violated. Returns whether any was.
  private mutating func exchange() -> Bool {
    let (n, m) = (program.variableCount, program.rowCount)
    var changed = false
    let size = gradient.indices.reduce(1) {
      max($0, abs(program.linear[$1] * columnScale[$1] * costScale))
    }
    for place in 0..<n + m {
      let isVariable = place < n
      let lower =
        isVariable
        ? program.lower[place] / columnScale[place]
        : program.rowLower[place - n] * rowScale[place - n]
      let upper =
        isVariable
        ? program.upper[place] / columnScale[place]
        : program.rowUpper[place - n] * rowScale[place - n]
      if lower == upper { continue }
      if binding[place] == 0 {
        let value = isVariable ? point[place] : rowValues[place - n]
        let slack = accuracy.tolerance * max(1, abs(value))
        if value > upper + slack {
          binding[place] = 1
          changed = true
        } else if value < lower - slack {
          binding[place] = -1
          changed = true
        }
      } else {
        // Stationarity is gradient + bound multiplier = 0; a row's multiplier is in `point`.
        let dual = isVariable ? -gradient[place] : point[place]
        if dual * Double(binding[place]) < -accuracy.tolerance * size {
          binding[place] = 0
          changed = true
        }
      }
    }
    if changed { isFactored = false }
    return changed
  }
}
