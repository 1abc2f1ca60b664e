/// An interior point of the homogeneous self-dual embedding of a quadratic program, and the steps
/// that lead from it to a solution or to a certificate that there is none.
///
/// With the scaled program's sides σ v + s = c, the embedding looks for (x, y, z, s, τ, κ), where z, s,
/// τ, κ > 0, that make these residuals vanish together with every product s z and τ κ:
///
///     r_x = P x + Aᵀ y + w + q τ             w, y: sums of σ z over the sides of a variable, of a row
///     r_b = A x - b τ                        for equalities; there y is free
///     r_s = σ v + s - c τ
///     r_τ = κ + xᵀ P x / τ + qᵀ x + bᵀ y + cᵀ z
///
/// Where τ stays above zero, x / τ solves the program; where κ does, x or (y, z) is a certificate.
/// Memory is taken once; an iteration allocates nothing.
///
/// Source: P. J. Goulart and Y. Chen, "Clarabel: an interior-point solver for conic programs with
/// quadratic objectives", arXiv:2405.12762, 2024, for one-sided constraints; E. D. Andersen and Y. Ye,
/// "On a homogeneous algorithm for the monotone complementarity problem", Math. Program. 84, 1999.
struct Embedding: Sendable {
  let variableCount: Int
  let rowCount: Int
  private(set) var sideCount = 0

  private(set) var x: [Double]
  /// For each row: the multiplier of an equality, the sum of σ z of an inequality.
  private(set) var y: [Double]
  /// For each variable: the sum of σ z of its bounds.
  private(set) var w: [Double]
  private(set) var s: [Double] = []
  private(set) var z: [Double] = []
  private(set) var tau = 1.0
  private(set) var kappa = 1.0

  /// P x, A x and Aᵀ y.
  private(set) var px: [Double]
  private(set) var ax: [Double]
  private(set) var aty: [Double]
  private(set) var dualResidual: [Double]
  private(set) var targetResidual: [Double]
  private(set) var sideResidual: [Double] = []
  private(set) var gapResidual = 0.0
  /// xᵀ P x, qᵀ x, and bᵀ y + cᵀ z.
  private(set) var xpx = 0.0
  private(set) var qx = 0.0
  private(set) var support = 0.0
  /// The mean of all products s z and τ κ.
  private(set) var mu = 1.0

  /// z / s for each side, and summed for each variable and row: D, then H before it is inverted.
  private var weight: [Double] = []
  private var weightSum: [Double]
  private var diagonal: [Double]
  /// Right-hand side and solutions of the system, shape `[variableCount + rowCount]`.
  private var side: [Double]
  private var constant: [Double]
  private var step: [Double]
  /// Products of the constant and of the varying solution with P and A.
  private var constantPx: [Double]
  private var constantAx: [Double]
  private var stepPx: [Double]
  private var stepAx: [Double]
  private var stepATy: [Double]
  private var stepY: [Double]
  /// By how much the multipliers of each variable and row change together.
  private var net: [Double]
  /// What each complementarity product must lose.
  private var excess: [Double] = []
  private var ds: [Double] = []
  private var dz: [Double] = []
  private var dTau = 0.0
  private var isSettled = false
  /// The best point so far.
  private var keptX: [Double]
  private var keptY: [Double]
  private var keptS: [Double] = []
  private var keptZ: [Double] = []
  private var keptTau = 1.0
  private var keptKappa = 1.0
  private var dKappa = 0.0

  init(_ program: ScaledProgram) {
    let (n, m) = (program.variableCount, program.rowCount)
    variableCount = n
    rowCount = m
    let variables = [Double](repeating: 0, count: n)
    let rows = [Double](repeating: 0, count: m)
    let all = [Double](repeating: 0, count: n + m)
    (x, w, px, aty, dualResidual) = (variables, variables, variables, variables, variables)
    (keptX, keptY) = (variables, rows)
    (y, ax, targetResidual) = (rows, rows, rows)
    (constantPx, stepPx, stepATy) = (variables, variables, variables)
    (constantAx, stepAx, stepY) = (rows, rows, rows)
    (weightSum, diagonal, side, constant, step, net) = (all, all, all, all, all, all)
  }

  // MARK: Start

  /// Takes the point that balances cost and limits, each side with weight one, and moves it inside.
  mutating func start(_ program: ScaledProgram, _ system: inout KKTSystem) {
    sideCount = program.sideIndex.count
    s = [Double](repeating: 1, count: sideCount)
    z = s
    (weight, excess, ds, dz, sideResidual) = (s, s, s, s, s)
    (keptS, keptZ) = (s, s)
    tau = 1
    kappa = 1
    weighSides(program)
    system.factor(diagonal: diagonal)
    solveConstantSide(program, &system)
    for variable in 0..<variableCount { x[variable] = constant[variable] }
    for row in 0..<rowCount {
      y[row] = program.rowKinds[row] == .equality ? constant[variableCount + row] : 0
    }
    program.constraints.multiply(program.constraintValues, x, into: &ax)
    for position in 0..<sideCount {
      let value = self.value(at: Int(program.sideIndex[position]))
      let room = program.sideLimit[position] - program.sideSign[position] * value
      s[position] = max(room, Self.startRoom)
      z[position] = max(-room, Self.startRoom)
    }
    findResiduals(program)
  }

  private static let startRoom = 1.0

  private func value(at index: Int) -> Double {
    index < variableCount ? x[index] : ax[index - variableCount]
  }

  // MARK: Residuals

  /// Computes everything that depends on the point.
  mutating func findResiduals(_ program: ScaledProgram) {
    let n = variableCount
    sumSides(program)
    program.quadratic.multiplySymmetric(program.quadraticValues, x, into: &px)
    program.constraints.multiply(program.constraintValues, x, into: &ax)
    program.constraints.multiplyTransposed(program.constraintValues, y, into: &aty)
    xpx = dot(x, px)
    qx = dot(program.linear, x)
    support = dot(program.targets, y) + dot(program.sideLimit, z)
    gapResidual = kappa + xpx / tau + qx + support
    let (px, aty, w, linear) = (px, aty, w, program.linear)
    for variable in 0..<n {
      dualResidual[variable] = px[variable] + aty[variable] + w[variable] + linear[variable] * tau
    }
    let (ax, targets, kinds) = (ax, program.targets, program.rowKinds)
    for row in 0..<rowCount {
      targetResidual[row] = kinds[row] == .equality ? ax[row] - targets[row] * tau : 0
    }
    let (index, sign) = (program.sideIndex, program.sideSign)
    let (limit, s, z, x) = (program.sideLimit, s, z, x)
    var product = tau * kappa
    for position in 0..<sideCount {
      let place = Int(index[position])
      let value = place < n ? x[place] : ax[place - n]
      sideResidual[position] = sign[position] * value + s[position] - limit[position] * tau
      product += s[position] * z[position]
    }
    mu = product / Double(sideCount + 1)
  }

  /// y of inequalities and w from z.
  private mutating func sumSides(_ program: ScaledProgram) {
    let n = variableCount
    let (kinds, index, sign) = (
      program.rowKinds, program.sideIndex, program.sideSign
    )
    for variable in 0..<n { w[variable] = 0 }
    for row in 0..<rowCount where kinds[row] != .equality { y[row] = 0 }
    for position in 0..<sideCount {
      let place = Int(index[position])
      if place < n {
        w[place] += sign[position] * z[position]
      } else {
        y[place - n] += sign[position] * z[position]
      }
    }
  }

  // MARK: Steps

  /// One predictor-corrector step. Returns how far it went, from 0 to 1.
  mutating func advance(_ program: ScaledProgram, _ system: inout KKTSystem) -> Double {
    weighSides(program)
    system.factor(diagonal: diagonal)
    isSettled = kappa < Self.settled * tau
    if !isSettled { solveConstantSide(program, &system) }

    // Predictor: straight to where all residuals and products vanish.
    for position in 0..<sideCount { excess[position] = s[position] * z[position] }
    findStep(program, &system, share: 1, tauExcess: tau * kappa, isRough: true)
    let reach = min(1, largestStep())
    let centering = (1 - reach) * (1 - reach) * (1 - reach)

    // Corrector: towards the centre, and with the products that the predictor left.
    let aim = centering * mu
    for position in 0..<sideCount {
      excess[position] = s[position] * z[position] + ds[position] * dz[position] - aim
    }
    findStep(
      program, &system, share: 1 - centering, tauExcess: tau * kappa + dTau * dKappa - aim,
      isRough: false)
    let caution = isSettled ? Self.lateCaution : Self.caution
    let length = min(1, caution * largestStep())
    move(length)
    findResiduals(program)
    return length
  }

  /// Below this κ / τ there is an optimum, and τ need not move any more: what would move it, a quotient
  /// of two numbers that vanish, soon has no digits left.
  private static let settled = 1e-6
  /// Below this κ / τ, a step that changes τ by half is such a quotient.
  private static let nearlySettled = 1e-3
  /// This share of the way to the boundary is gone, and this near the end.
  private static let caution = 0.995
  private static let lateCaution = 0.999

  /// Weights of the sides, and the diagonal of the system.
  private mutating func weighSides(_ program: ScaledProgram) {
    let (n, index, s, z) = (variableCount, program.sideIndex, s, z)
    for place in 0..<weightSum.count { weightSum[place] = 0 }
    for position in 0..<sideCount {
      let value = z[position] / s[position]
      weight[position] = value
      weightSum[Int(index[position])] += value
    }
    let (kinds, isFixed) = (program.rowKinds, program.isFixed)
    for variable in 0..<n { diagonal[variable] = isFixed[variable] ? 1 : weightSum[variable] }
    for row in 0..<rowCount {
      switch kinds[row] {
      case .free: diagonal[n + row] = 1
      case .equality: diagonal[n + row] = 0
      case .inequality: diagonal[n + row] = 1 / weightSum[n + row]
      }
    }
  }

  /// The part of every step that is proportional to Δτ: K (x, y) = (h - q, b or h / D), where h is
  /// the weighted sum of the limits.
  private mutating func solveConstantSide(_ program: ScaledProgram, _ system: inout KKTSystem) {
    fillSide(program, share: 0, isConstant: true)
    system.solve(side, into: &constant)
    program.quadratic.multiplySymmetric(
      program.quadraticValues, constant, into: &constantPx)
    program.constraints.multiply(program.constraintValues, constant, into: &constantAx)
  }

  private mutating func fillSide(_ program: ScaledProgram, share: Double, isConstant: Bool) {
    let (n, index, sign) = (variableCount, program.sideIndex, program.sideSign)
    let (limit, weight, sums) = (program.sideLimit, weight, weightSum)
    let (residual, excess, s) = (sideResidual, excess, s)
    for place in 0..<side.count { side[place] = 0 }
    if isConstant {
      for position in 0..<sideCount {
        side[Int(index[position])] += sign[position] * weight[position] * limit[position]
      }
    } else {
      for position in 0..<sideCount {
        side[Int(index[position])] -=
          sign[position]
          * (weight[position] * share * residual[position] - excess[position] / s[position])
      }
    }
    let (kinds, isFixed) = (program.rowKinds, program.isFixed)
    let (linear, targets) = (program.linear, program.targets)
    let (dual, target) = (dualResidual, targetResidual)
    for variable in 0..<n where !isFixed[variable] {
      side[variable] -= isConstant ? linear[variable] : share * dual[variable]
    }
    for row in 0..<rowCount {
      switch kinds[row] {
      case .free: side[n + row] = 0
      case .equality: side[n + row] = isConstant ? targets[row] : -share * target[row]
      case .inequality: side[n + row] /= sums[n + row]
      }
    }
  }

  /// The step that takes this share off the residuals and the excess off the products.
  private mutating func findStep(
    _ program: ScaledProgram, _ system: inout KKTSystem, share: Double, tauExcess: Double,
    isRough: Bool
  ) {
    let n = variableCount
    fillSide(program, share: share, isConstant: false)
    system.solve(side, into: &step, isRough: isRough)
    program.quadratic.multiplySymmetric(program.quadraticValues, step, into: &stepPx)
    program.constraints.multiply(program.constraintValues, step, into: &stepAx)

    dTau = isSettled ? 0 : tauStep(program, share: share, tauExcess: tauExcess)
    if abs(dTau) > tau / 2, kappa < Self.nearlySettled * tau { dTau = 0 }
    dKappa = -(tauExcess + kappa * dTau) / tau
    if !isSettled {
      for place in 0..<step.count { step[place] += dTau * constant[place] }
      for variable in 0..<n { stepPx[variable] += dTau * constantPx[variable] }
      for row in 0..<rowCount { stepAx[row] += dTau * constantAx[row] }
    }
    let (index, sign, limit) = (
      program.sideIndex, program.sideSign, program.sideLimit
    )
    for place in 0..<step.count { net[place] = step[place] }
    findBoundChanges(program, share: share)
    for position in 0..<sideCount {
      let place = Int(index[position])
      let move = place < n ? step[place] : stepAx[place - n]
      let change =
        limit[position] * dTau - sign[position] * move - share * sideResidual[position]
      ds[position] = change
      dz[position] = -(excess[position] + z[position] * change) / s[position]
    }
    takeTightFromSystem(program)
  }

  /// Δτ, from the last residual.
  private func tauStep(_ program: ScaledProgram, share: Double, tauExcess: Double) -> Double {
    let n = variableCount
    var numerator = share * gapResidual - tauExcess / tau
    var curvature = 0.0
    let (linear, px) = (program.linear, px)
    let constantPx = constantPx
    let x = x
    for variable in 0..<n {
      numerator += (2 * px[variable] / tau + linear[variable]) * step[variable]
      // ‖x / τ - x₂‖² in the norm of P.
      curvature +=
        (x[variable] / tau - constant[variable]) * (px[variable] / tau - constantPx[variable])
    }
    let targets = program.targets
    for row in 0..<rowCount { numerator += targets[row] * step[n + row] }
    var denominator = kappa / tau + max(0, curvature)
    let (index, sign, limit) = (
      program.sideIndex, program.sideSign, program.sideLimit
    )
    let (weight, s) = (weight, s)
    let (residual, excess) = (sideResidual, excess)
    let (constantAx, stepAx) = (constantAx, stepAx)
    for position in 0..<sideCount {
      let place = Int(index[position])
      let (fixed, varying) =
        place < n
        ? (constant[place], step[place]) : (constantAx[place - n], stepAx[place - n])
      let distance = sign[position] * fixed - limit[position]
      denominator += weight[position] * distance * distance
      numerator +=
        limit[position]
        * (weight[position] * (sign[position] * varying + share * residual[position])
          - excess[position] / s[position])
    }
    return numerator / denominator
  }

  /// For variables, `net` becomes Δw, what stationarity leaves for the bounds; for rows it is Δy.
  private mutating func findBoundChanges(_ program: ScaledProgram, share: Double) {
    let n = variableCount
    for row in 0..<rowCount { stepY[row] = step[n + row] }
    program.constraints.multiplyTransposed(program.constraintValues, stepY, into: &stepATy)
    let linear = program.linear
    for variable in 0..<n {
      net[variable] =
        -share * dualResidual[variable] - stepATy[variable] - stepPx[variable]
        - dTau * linear[variable]
    }
  }

  /// Where a side is about to bind, s is the small difference of large numbers and its step, times
  /// z / s, has no digits left. There Δz is taken from the system's solution, and Δs follows.
  private mutating func takeTightFromSystem(_ program: ScaledProgram) {
    let (index, sign) = (program.sideIndex, program.sideSign)
    var position = 0
    while position < sideCount {
      let place = Int(index[position])
      let hasPartner = position + 1 < sideCount && index[position + 1] == index[position]
      var tight = position
      var rest = net[place]
      if hasPartner {
        tight = weight[position + 1] > weight[position] ? position + 1 : position
        let other = 2 * position + 1 - tight
        rest -= sign[other] * dz[other]
      }
      if weight[tight] > 1 {
        dz[tight] = sign[tight] * rest
        ds[tight] = -(excess[tight] + s[tight] * dz[tight]) / z[tight]
      }
      position += hasPartner ? 2 : 1
    }
  }

  /// The largest step, 0 or more, that keeps every part at or above zero.
  private func largestStep() -> Double {
    var length = Double.infinity
    if dTau < 0 { length = min(length, -tau / dTau) }
    if dKappa < 0 { length = min(length, -kappa / dKappa) }
    for position in 0..<sideCount {
      if ds[position] < 0 { length = min(length, -s[position] / ds[position]) }
      if dz[position] < 0 { length = min(length, -z[position] / dz[position]) }
    }
    return length
  }

  /// Keeps the present point.
  mutating func remember() {
    func copy(_ from: [Double], _ to: inout [Double]) {
      var to = to.mutableSpan
      for place in 0..<to.count { to[place] = from[place] }
    }
    copy(x, &keptX)
    copy(y, &keptY)
    copy(s, &keptS)
    copy(z, &keptZ)
    (keptTau, keptKappa) = (tau, kappa)
  }

  /// Goes back to the point that was kept.
  mutating func recall(_ program: ScaledProgram) {
    (x, y, s, z, tau, kappa) = (keptX, keptY, keptS, keptZ, keptTau, keptKappa)
    findResiduals(program)
  }

  private mutating func move(_ length: Double) {
    for variable in 0..<variableCount { x[variable] += length * step[variable] }
    for row in 0..<rowCount { y[row] += length * step[variableCount + row] }
    for position in 0..<sideCount {
      s[position] += length * ds[position]
      z[position] += length * dz[position]
    }
    tau += length * dTau
    kappa += length * dKappa
  }
}
