import SparseAlgebra

/// The Newton equations of a network in polar form, with the unknowns of its border set apart.
///
///     ⎡ J_II  J_IB ⎤ ⎡ Δx_I ⎤     ⎡ f_I ⎤
///     ⎣ J_BI  J_BB ⎦ ⎣ Δx_B ⎦ = - ⎣ f_B ⎦      f = computed - specified power
///
/// A grid in one process has no border; a segment eliminates its interior and leaves the Schur
/// complement of its border for the coordinator. The places of all entries are found once, and
/// every Jacobian entry is written straight to its slot. Values are in per unit and radians.
///
/// Confined to one owner: it is scratch memory, and nothing in it outlives a tick. The loops get
/// that memory as an argument: a class checks every access to what it stores, which in a loop costs
/// more than the arithmetic.
package final class NewtonSystem {
  package let roles: [RowRole]
  package let interiorCount: Int
  package let borderCount: Int

  private let admittance: AdmittanceMatrix
  /// Unknown of each row's angle and magnitude, -1 for none; border unknowns follow the interior's.
  private let angleUnknown: [Int]
  private let magnitudeUnknown: [Int]
  private let slots: JacobianSlots
  private var factors: SparseLU
  /// Slots of J_II, then J_IB by columns, then the interior's right-hand side, then J_BI, J_BB.
  private var values: [Double]
  /// f, shape `[interiorCount + borderCount]`.
  private var mismatch: [Double]

  /// Orders the interior. Throws `singular` when its pattern alone makes a solution impossible.
  ///
  /// - Parameter border: the rows whose unknowns are left, in the order that the coordinator uses.
  package init(
    admittance: AdmittanceMatrix, roles: [RowRole], border: [Network.Row]
  ) throws(SparseLUError) {
    var angleUnknown = [Int](repeating: -1, count: admittance.rowCount)
    var magnitudeUnknown = angleUnknown
    var next = 0
    func number(_ row: Network.Row) {
      if roles[row] == .free || roles[row] == .voltageHeld {
        angleUnknown[row] = next
        next += 1
      }
      if roles[row] == .free {
        magnitudeUnknown[row] = next
        next += 1
      }
    }
    let isBorder = Set(border)
    for row in 0..<admittance.rowCount where !isBorder.contains(row) { number(row) }
    interiorCount = next
    for row in border { number(row) }
    borderCount = next - interiorCount

    self.admittance = admittance
    self.roles = roles
    self.angleUnknown = angleUnknown
    self.magnitudeUnknown = magnitudeUnknown
    slots = JacobianSlots(
      admittance: admittance, angleUnknown: angleUnknown, magnitudeUnknown: magnitudeUnknown,
      interiorCount: interiorCount, borderCount: borderCount)
    factors = try SparseLU(ordering: slots.interior)
    values = [Double](repeating: 0, count: slots.valueCount)
    mismatch = [Double](repeating: 0, count: next)
  }

  /// Computes the mismatch and the Jacobian at given voltages.
  package func evaluate(at voltages: Voltages, injections: Injections) {
    let phasors = voltages.phasors
    let powers = admittance.injectedPower(at: phasors)
    compare(powers, with: injections, at: voltages, into: &mismatch)
    assemble(
      at: voltages, phasors: phasors, injections: injections, powers: powers, into: &values)
  }

  private func compare(
    _ powers: (active: [Double], reactive: [Double]), with injections: Injections,
    at voltages: Voltages, into mismatch: inout [Double]
  ) {
    for row in 0..<admittance.rowCount {
      let v = voltages.magnitude[row]
      if angleUnknown[row] >= 0 {
        mismatch[angleUnknown[row]] = powers.active[row] - injections.active[row].value(at: v)
      }
      if magnitudeUnknown[row] >= 0 {
        mismatch[magnitudeUnknown[row]] =
          powers.reactive[row] - injections.reactive[row].value(at: v)
      }
    }
  }

  /// The largest interior mismatch of each island and the row where it is, in per unit; shape
  /// `[islandCount]`, rows -1 where an island has no interior unknown here.
  package func interiorResiduals(
    islandOfRow: [Int?], islandCount: Int
  ) -> [(mismatch: Double, row: Network.Row)] {
    let mismatch = self.mismatch
    var worst = [(mismatch: Double, row: Network.Row)](repeating: (0, -1), count: islandCount)
    for row in 0..<admittance.rowCount {
      guard let island = islandOfRow[row] else { continue }
      for unknown in [angleUnknown[row], magnitudeUnknown[row]]
      where unknown >= 0 && unknown < interiorCount {
        let size = mismatch[unknown].magnitude
        if worst[island].row < 0 || size.isWorse(than: worst[island].mismatch) {
          worst[island] = (size, row)
        }
      }
    }
    return worst
  }

  /// This network's part of the mismatch of each border unknown, in per unit; shape
  /// `[borderCount]`.
  package var borderMismatch: [Double] { Array(mismatch[interiorCount...]) }

  /// Eliminates the interior at the last evaluation.
  ///
  ///     S = J_BB - J_BI J_II⁻¹ J_IB        r = - f_B + J_BI J_II⁻¹ f_I
  ///
  /// - Parameter choosingPivots: true in the first iteration of a tick and false later, so that the
  ///   bits of a solution follow from the committed state alone.
  /// - Returns: the Schur complement by columns, shape `[borderCount²]`, and the reduced
  ///   right-hand side, shape `[borderCount]`.
  package func eliminate(
    choosingPivots: Bool
  ) throws(SparseLUError) -> (schur: [Double], reduced: [Double]) {
    try factors.factor(values, choosingPivots: choosingPivots)
    let mismatch = self.mismatch
    values.replaceSubrange(
      slots.interiorSideOffset..<slots.borderInteriorOffset,
      with: mismatch[..<interiorCount].lazy.map { -$0 })
    factors.solve(&values, offset: slots.interiorBorderOffset, count: borderCount + 1)
    return reduce(values, mismatch)
  }

  /// Takes from the border what its interior answers.
  private func reduce(
    _ values: [Double], _ mismatch: [Double]
  ) -> (schur: [Double], reduced: [Double]) {
    let sideOffset = slots.interiorSideOffset
    var schur = Array(values[slots.borderBorderOffset..<slots.valueCount])
    var reduced = mismatch[interiorCount...].map { -$0 }
    for (position, entry) in slots.borderInterior.enumerated() {
      let value = values[slots.borderInteriorOffset + position]
      guard value != 0 else { continue }
      for column in 0..<borderCount {
        schur[column * borderCount + entry.row] -=
          value * values[slots.interiorBorderOffset + column * interiorCount + entry.column]
      }
      reduced[entry.row] -= value * values[sideOffset + entry.column]
    }
    return (schur, reduced)
  }

  /// Substitutes a border step back into the interior and moves the voltages.
  ///
  /// - Parameters:
  ///   - borderStep: Δx_B, shape `[borderCount]`, radians and per unit.
  ///   - isMoving: whether a row may move; rows of islands that are settled stay.
  package func step(
    _ voltages: inout Voltages, borderStep: [Double], isMoving: (Network.Row) -> Bool
  ) {
    precondition(borderStep.count == borderCount, "One step for each border unknown.")
    substitute(borderStep, into: &values)
    let values = self.values
    let sideOffset = slots.interiorSideOffset
    func step(of unknown: Int) -> Double {
      unknown < interiorCount
        ? values[sideOffset + unknown] : borderStep[unknown - interiorCount]
    }
    for row in 0..<admittance.rowCount where isMoving(row) {
      if angleUnknown[row] >= 0 { voltages.angle[row] += step(of: angleUnknown[row]) }
      if magnitudeUnknown[row] >= 0 { voltages.magnitude[row] += step(of: magnitudeUnknown[row]) }
      if voltages.magnitude[row] < 0 {
        // The same phasor with a magnitude that means one: (-V, θ) is (V, θ + π).
        voltages.magnitude[row].negate()
        voltages.angle[row] += .pi
      }
    }
  }

  /// Turns the interior's answer to its own side into its step: Δx_I = x - J_II⁻¹ J_IB Δx_B.
  private func substitute(_ borderStep: [Double], into values: inout [Double]) {
    let sideOffset = slots.interiorSideOffset
    for column in 0..<borderCount where borderStep[column] != 0 {
      let start = slots.interiorBorderOffset + column * interiorCount
      for unknown in 0..<interiorCount {
        values[sideOffset + unknown] -= values[start + unknown] * borderStep[column]
      }
    }
  }

  /// Writes every Jacobian entry to its slot.
  ///
  /// Source: A. R. Bergen and V. Vittal, *Power Systems Analysis*, 2000, section 10.6; magnitudes
  /// are not normalised.
  private func assemble(
    at voltages: Voltages, phasors: [Complex], injections: Injections,
    powers: (active: [Double], reactive: [Double]), into values: inout [Double]
  ) {
    slots.clearBorderColumns(in: &values)
    for row in 0..<admittance.rowCount where roles[row] != .dark {
      let v = voltages.magnitude[row]
      let unit = phasors[row] / v
      for entry in admittance.rowStarts[row]..<admittance.rowStarts[row + 1] {
        let g = admittance.conductance[entry]
        let b = admittance.susceptance[entry]
        let column = admittance.columns[entry]
        let angleByAngle: Double
        let angleByMagnitude: Double
        let magnitudeByAngle: Double
        let magnitudeByMagnitude: Double
        if column == row {
          let p = powers.active[row]
          let q = powers.reactive[row]
          angleByAngle = -q - b * v * v
          angleByMagnitude = p / v + g * v - injections.active[row].derivative(at: v)
          magnitudeByAngle = p - g * v * v
          magnitudeByMagnitude = q / v - b * v - injections.reactive[row].derivative(at: v)
        } else {
          // u = e^{jθᵢ} conj(Y V)ⱼ: its parts are the sums of products with sine and cosine.
          let u = unit * (Complex(g, b) * phasors[column]).conjugate
          let other = voltages.magnitude[column]
          angleByAngle = v * u.imaginary
          angleByMagnitude = v * u.real / other
          magnitudeByAngle = -v * u.real
          magnitudeByMagnitude = v * u.imaginary / other
        }
        let slot = slots[entry]
        if slot.angleByAngle >= 0 { values[slot.angleByAngle] = angleByAngle }
        if slot.angleByMagnitude >= 0 { values[slot.angleByMagnitude] = angleByMagnitude }
        if slot.magnitudeByAngle >= 0 { values[slot.magnitudeByAngle] = magnitudeByAngle }
        if slot.magnitudeByMagnitude >= 0 {
          values[slot.magnitudeByMagnitude] = magnitudeByMagnitude
        }
      }
    }
  }
}
