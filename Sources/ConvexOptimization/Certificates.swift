/// Certificates that a point of the embedding holds, in the units of the program.
extension Embedding {
  /// Points further away than this are not looked at closely.
  private static let suspicion = 1e-4

  /// Proof that no point meets all limits, or `nil`.
  func infeasibility(
    _ scaled: ScaledProgram, _ program: QuadraticProgram, certainty: Double
  ) -> InfeasibilityCertificate? {
    guard support < 0 else { return nil }
    var worst = 0.0
    for variable in 0..<variableCount { worst = max(worst, abs(aty[variable] + w[variable])) }
    guard worst <= -Self.suspicion * support else { return nil }

    var proof = InfeasibilityCertificate(
      rowLower: [Double](repeating: 0, count: rowCount),
      rowUpper: [Double](repeating: 0, count: rowCount),
      lower: [Double](repeating: 0, count: variableCount),
      upper: [Double](repeating: 0, count: variableCount))
    for row in 0..<rowCount where scaled.rowKinds[row] == .equality {
      let multiplier = y[row] * scaled.scaling.rows[row]
      proof.rowUpper[row] = max(0, multiplier)
      proof.rowLower[row] = max(0, -multiplier)
    }
    for position in 0..<sideCount {
      let place = Int(scaled.sideIndex[position])
      let isUpper = scaled.sideSign[position] > 0
      if place < variableCount {
        let multiplier = z[position] / scaled.scaling.columns[place]
        if isUpper { proof.upper[place] = multiplier } else { proof.lower[place] = multiplier }
      } else {
        let row = place - variableCount
        let multiplier = z[position] * scaled.scaling.rows[row]
        if isUpper { proof.rowUpper[row] = multiplier } else { proof.rowLower[row] = multiplier }
      }
    }
    // What is left of each variable's sum goes to a bound that takes it.
    let net = zip(proof.rowUpper, proof.rowLower).map { $0 - $1 }
    let product = program.constraints.multiplyTransposed(net)
    for variable in 0..<variableCount {
      let rest = product[variable] + proof.upper[variable] - proof.lower[variable]
      if rest > 0, program.lower[variable] > -QuadraticProgram.unlimited {
        proof.lower[variable] += rest
      } else if rest < 0, program.upper[variable] < QuadraticProgram.unlimited {
        proof.upper[variable] -= rest
      }
    }
    return proof.proof(for: program, certainty: certainty)
  }

  /// Proof that the cost falls without end from any feasible point, or `nil`.
  func ray(
    _ scaled: ScaledProgram, _ program: QuadraticProgram, certainty: Double
  ) -> UnboundednessCertificate? {
    guard qx < 0 else { return nil }
    var worst = 0.0
    for variable in 0..<variableCount { worst = max(worst, abs(px[variable])) }
    guard worst <= -Self.suspicion * qx else { return nil }
    var ray = UnboundednessCertificate(
      direction: (0..<variableCount).map {
        scaled.isFixed[$0] ? 0 : x[$0] * scaled.scaling.columns[$0]
      })
    // A bound that the direction would meet holds it.
    for variable in 0..<variableCount {
      if program.lower[variable] > -QuadraticProgram.unlimited {
        ray.direction[variable] = max(0, ray.direction[variable])
      }
      if program.upper[variable] < QuadraticProgram.unlimited {
        ray.direction[variable] = min(0, ray.direction[variable])
      }
    }
    let slope = ray.measure(for: program).slope
    guard slope < 0, (1 / slope).isFinite else { return nil }
    for variable in 0..<variableCount { ray.direction[variable] /= -slope }
    guard ray.measure(for: program).residual <= certainty else { return nil }
    return ray
  }
}
