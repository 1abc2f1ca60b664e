/// A quadratic program as the iterations see it: scaled, without what is fixed or free, and with every
/// finite limit as a *side* of its own,
///
///     sign · v + s = limit,   s ≥ 0        v: a variable, or a row of A x
///
/// Sparsity never changes: the column of a fixed variable and the row without limits are zero.
struct ScaledProgram: Sendable {
  enum RowKind: UInt8 {
    case free, equality, inequality
  }

  let variableCount: Int
  let rowCount: Int
  /// Where P and A have entries.
  let quadratic: SparseMatrix
  let constraints: SparseMatrix
  private(set) var scaling: Equilibration
  /// One scaled unit of cost is so many of the program's.
  private(set) var costScale = 1.0
  /// Scaled values of P and A.
  private(set) var quadraticValues: [Double]
  private(set) var constraintValues: [Double]
  private(set) var linear: [Double]
  private(set) var rowKinds: [RowKind]
  /// What an equality row must be; zero for other rows.
  private(set) var targets: [Double]
  private(set) var isFixed: [Bool]
  /// Values of the fixed variables in the program's units; zero for others.
  private(set) var fixedValues: [Double]
  /// What the fixed variables cost by themselves.
  private(set) var fixedCost = 0.0
  /// For each side: the variable, or variableCount + row.
  private(set) var sideIndex: [Int32] = []
  private(set) var sideSign: [Double] = []
  /// The sign times the limit.
  private(set) var sideLimit: [Double] = []
  /// Two limits that cross: a variable, or variableCount + row.
  private(set) var crossing: Int?

  /// Limits closer than this share of their size make an equality, and cross by no more than it.
  private static let closeness = 1e-9

  init(_ program: QuadraticProgram) {
    variableCount = program.variableCount
    rowCount = program.rowCount
    quadratic = program.quadratic
    constraints = program.constraints
    scaling = Equilibration(quadratic: quadratic, constraints: constraints)
    quadraticValues = quadratic.values
    constraintValues = constraints.values
    linear = program.linear
    rowKinds = [RowKind](repeating: .free, count: rowCount)
    targets = [Double](repeating: 0, count: rowCount)
    isFixed = [Bool](repeating: false, count: variableCount)
    fixedValues = [Double](repeating: 0, count: variableCount)
  }

  /// Finds the factors anew, after values of P or A changed.
  mutating func rescale(_ program: QuadraticProgram) {
    scaling = Equilibration(quadratic: program.quadratic, constraints: program.constraints)
  }

  /// Takes in the numbers of a program with the same pattern.
  mutating func load(_ program: QuadraticProgram) {
    sideIndex.removeAll(keepingCapacity: true)
    sideSign.removeAll(keepingCapacity: true)
    sideLimit.removeAll(keepingCapacity: true)
    crossing = nil
    classifyVariables(program)
    let shifts = fixVariables(program)
    classifyRows(program, shifts: shifts)
    scaleCost()
  }

  private enum Limits {
    case equal(Double)
    case crossed
    case band
  }

  private static func limits(_ lower: Double, _ upper: Double) -> Limits {
    guard abs(lower) < QuadraticProgram.unlimited, abs(upper) < QuadraticProgram.unlimited else {
      return .band
    }
    let slack = closeness * max(1, abs(lower), abs(upper))
    if lower > upper + slack { return .crossed }
    return upper - lower <= slack ? .equal(lower + (upper - lower) / 2) : .band
  }

  private mutating func addSides(_ index: Int, lower: Double, upper: Double, scale: Double) {
    if lower > -QuadraticProgram.unlimited {
      sideIndex.append(Int32(index))
      sideSign.append(-1)
      sideLimit.append(-lower * scale)
    }
    if upper < QuadraticProgram.unlimited {
      sideIndex.append(Int32(index))
      sideSign.append(1)
      sideLimit.append(upper * scale)
    }
  }

  private mutating func classifyVariables(_ program: QuadraticProgram) {
    for variable in 0..<variableCount {
      let (lower, upper) = (program.lower[variable], program.upper[variable])
      isFixed[variable] = false
      fixedValues[variable] = 0
      switch Self.limits(lower, upper) {
      case .equal(let value):
        isFixed[variable] = true
        fixedValues[variable] = value
      case .crossed: crossing = crossing ?? variable
      case .band:
        addSides(variable, lower: lower, upper: upper, scale: 1 / scaling.columns[variable])
      }
    }
  }

  /// Moves what fixed variables add to each row and to each variable's cost into `targets` and
  /// `linear`; returns the rows' part, unscaled.
  private mutating func fixVariables(_ program: QuadraticProgram) -> [Double] {
    for variable in 0..<variableCount { linear[variable] = program.linear[variable] }
    let fixed = isFixed.contains(true)
    fixedCost = fixed ? program.objective(at: fixedValues) - program.constant : 0
    for column in 0..<variableCount {
      for entry in quadratic.entries(ofColumn: column) {
        let row = Int(quadratic.rows[entry])
        let value = program.quadratic.values[entry]
        if row != column {
          linear[row] += value * fixedValues[column]
          linear[column] += value * fixedValues[row]
        }
        quadraticValues[entry] =
          isFixed[row] || isFixed[column]
          ? 0 : value * scaling.columns[row] * scaling.columns[column]
      }
    }
    var shifts = [Double](repeating: 0, count: rowCount)
    for column in 0..<variableCount {
      for entry in constraints.entries(ofColumn: column) {
        let row = Int(constraints.rows[entry])
        let value = program.constraints.values[entry]
        shifts[row] += value * fixedValues[column]
        constraintValues[entry] =
          isFixed[column] ? 0 : value * scaling.rows[row] * scaling.columns[column]
      }
    }
    for variable in 0..<variableCount {
      linear[variable] = isFixed[variable] ? 0 : linear[variable] * scaling.columns[variable]
    }
    return shifts
  }

  private mutating func classifyRows(_ program: QuadraticProgram, shifts: [Double]) {
    for row in 0..<rowCount {
      let (lower, upper) = (program.rowLower[row], program.rowUpper[row])
      let scale = scaling.rows[row]
      targets[row] = 0
      switch Self.limits(lower, upper) {
      case .equal(let value):
        rowKinds[row] = .equality
        targets[row] = (value - shifts[row]) * scale
      case .crossed: crossing = crossing ?? variableCount + row
      case .band:
        let isFree =
          lower <= -QuadraticProgram.unlimited && upper >= QuadraticProgram.unlimited
        rowKinds[row] = isFree ? .free : .inequality
        addSides(
          variableCount + row, lower: lower - shifts[row], upper: upper - shifts[row], scale: scale)
      }
    }
    guard rowKinds.contains(.free) else { return }
    for entry in constraintValues.indices where rowKinds[Int(constraints.rows[entry])] == .free {
      constraintValues[entry] = 0
    }
  }

  /// Brings the largest cost to about one.
  private mutating func scaleCost() {
    let largest = linear.reduce(quadraticValues.reduce(0) { max($0, abs($1)) }) {
      max($0, abs($1))
    }
    costScale = largest > 0 ? min(max(1 / largest, 1e-9), 1e9) : 1
    for variable in 0..<variableCount { linear[variable] *= costScale }
    for entry in quadraticValues.indices { quadraticValues[entry] *= costScale }
  }
}
