import SparseAlgebra

/// The voltage of every row of a network, in polar form.
package struct Voltages: Sendable, Equatable {
  /// In per unit; shape `[rowCount]`.
  package var magnitude: [Double]
  /// In radians; shape `[rowCount]`.
  package var angle: [Double]

  package init(magnitude: [Double], angle: [Double]) {
    precondition(magnitude.count == angle.count, "One angle for each magnitude.")
    self.magnitude = magnitude
    self.angle = angle
  }

  package init(flatWithRowCount count: Int) {
    self.init(
      magnitude: [Double](repeating: 1, count: count), angle: [Double](repeating: 0, count: count))
  }

  package var count: Int { magnitude.count }

  package func phasor(_ row: Int) -> Complex {
    Complex(magnitude[row] * cosine(angle[row]), magnitude[row] * sine(angle[row]))
  }

  package var phasors: [Complex] { (0..<count).map(phasor) }

  /// The largest difference to other voltages, as the distance of the phasors, in per unit; infinite
  /// when there is one that is not a number, or another count of them.
  package func largestDeviation(from other: Voltages) -> Double {
    guard count == other.count else { return .infinity }
    let deviations = (0..<count).map { (phasor($0) - other.phasor($0)).magnitude }
    return deviations.contains(where: \.isNaN) ? .infinity : deviations.max() ?? 0
  }
}
