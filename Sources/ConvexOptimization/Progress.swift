/// How good a point of the embedding is as a solution, in the units of the program.
struct Progress: Sendable {
  private(set) var objective = 0.0
  private(set) var dualObjective = 0.0
  /// Largest violation of a limit, and the largest value that a limit is held against.
  private(set) var primalResidual = 0.0
  private(set) var primalSize = 0.0
  /// Largest error of stationarity, and its largest term.
  private(set) var dualResidual = 0.0
  private(set) var dualSize = 0.0
  /// What the residuals are worth at the present duals and values: with them the objective may be
  /// wrong by so much, however small the gap.
  private(set) var residualCost = 0.0

  init(_ point: borrowing Embedding, _ program: ScaledProgram, constant: Double) {
    let n = point.variableCount
    let tau = point.tau
    let cost = program.costScale
    objective = (point.xpx / tau / 2 + point.qx) / tau / cost + constant
    dualObjective = (-point.xpx / tau / 2 - point.support) / tau / cost + constant

    let (columns, rows) = (program.scaling.columns.span, program.scaling.rows.span)
    let (x, y, z, ax) = (point.x.span, point.y.span, point.z.span, point.ax.span)
    var (residual, size, worth) = (0.0, 0.0, 0.0)
    let target = point.targetResidual.span
    for row in 0..<point.rowCount {
      residual = max(residual, abs(target[row]) / rows[row])
      size = max(size, abs(ax[row]) / rows[row])
      worth += abs(target[row] * y[row])
    }
    for variable in 0..<n { size = max(size, abs(x[variable]) * columns[variable]) }
    let (index, sides) = (program.sideIndex.span, point.sideResidual.span)
    for position in 0..<point.sideCount {
      let place = Int(index[position])
      let scale = place < n ? columns[place] : 1 / rows[place - n]
      residual = max(residual, abs(sides[position]) * scale)
      worth += abs(sides[position] * z[position])
    }
    primalResidual = residual / tau
    primalSize = size / tau

    (residual, size) = (0, 0)
    let (dual, px, aty) = (point.dualResidual.span, point.px.span, point.aty.span)
    let (w, linear) = (point.w.span, program.linear.span)
    for variable in 0..<n {
      let scale = 1 / columns[variable]
      residual = max(residual, abs(dual[variable]) * scale)
      let term = max(
        abs(px[variable]), abs(aty[variable]), abs(w[variable]), abs(linear[variable] * tau))
      size = max(size, term * scale)
      worth += abs(dual[variable] * x[variable])
    }
    dualResidual = residual / tau / cost
    dualSize = size / tau / cost
    residualCost = worth / tau / tau / cost
  }

  /// |objective - dual objective| as a share of the objective, or of one where that is smaller.
  var gap: Double { abs(objective - dualObjective) / max(1, abs(objective)) }

  /// At most one where the point is good enough.
  func badness(_ options: InteriorPointSolver.Options) -> Double {
    let worst = max(
      primalResidual / (options.feasibility * (1 + primalSize)),
      dualResidual / (options.stationarity * (1 + dualSize)),
      max(gap, residualCost / max(1, abs(objective))) / options.gap)
    // A maximum may pass over what is not a number; the sum of all does not.
    return (worst + objective + residualCost).isFinite ? worst : .infinity
  }
}
