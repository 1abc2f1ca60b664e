import SparseAlgebra

/// The bus admittance matrix Y in compressed rows, every diagonal entry present.
///
/// Its pattern is symmetric: two-ports put an entry at (i, j) and at (j, i).
package struct AdmittanceMatrix: Sendable {
  package let rowCount: Int
  /// Shape `[rowCount + 1]`.
  package let rowStarts: [Int]
  /// Shape `[entryCount]`, ascending within a row.
  package let columns: [Int]
  package let conductance: [Double]
  package let susceptance: [Double]
  /// Shape `[rowCount]`: where each row's diagonal entry is.
  package let diagonals: [Int]

  init(rowCount: Int, branches: [Network.BranchModel], shunts: [Complex]) {
    var neighbours = (0..<rowCount).map { [$0] }
    for branch in branches where branch.isFromClosed && branch.isToClosed {
      guard let from = branch.fromRow, let to = branch.toRow else { continue }
      neighbours[from].append(to)
      neighbours[to].append(from)
    }
    var starts = [0]
    var columns: [Int] = []
    var diagonals: [Int] = []
    for row in 0..<rowCount {
      var last = -1
      for column in neighbours[row].sorted() where column != last {
        if column == row { diagonals.append(columns.count) }
        columns.append(column)
        last = column
      }
      starts.append(columns.count)
    }
    var values = [Complex](repeating: .zero, count: columns.count)
    func add(_ row: Int, _ column: Int, _ value: Complex) {
      var slot = starts[row]
      while columns[slot] != column { slot += 1 }
      values[slot] += value
    }
    for branch in branches {
      let from = branch.isFromClosed ? branch.fromRow : nil
      let to = branch.isToClosed ? branch.toRow : nil
      if let from { add(from, from, branch.port.fromFrom) }
      if let to { add(to, to, branch.port.toTo) }
      if let from, let to {
        add(from, to, branch.port.fromTo)
        add(to, from, branch.port.toFrom)
      }
    }
    for (row, shunt) in shunts.enumerated() { values[diagonals[row]] += shunt }

    self.rowCount = rowCount
    rowStarts = starts
    self.columns = columns
    self.diagonals = diagonals
    conductance = values.map(\.real)
    susceptance = values.map(\.imaginary)
  }

  /// The largest sum of admittance magnitudes of a row, in per unit.
  package var stiffness: Double {
    (0..<rowCount).map { row in
      (rowStarts[row]..<rowStarts[row + 1]).reduce(0) {
        $0 + Complex(conductance[$1], susceptance[$1]).magnitude
      }
    }.max() ?? 0
  }

  /// Computes the power that each row injects into the network, S = V ∘ conj(Y V).
  ///
  /// All arguments have the shape `[rowCount]`; powers and magnitudes are in per unit, angles in
  /// radians.
  ///
  ///     Pᵢ = |Vᵢ| Σⱼ |Vⱼ| (Gᵢⱼ cos θᵢⱼ + Bᵢⱼ sin θᵢⱼ)
  ///     Qᵢ = |Vᵢ| Σⱼ |Vⱼ| (Gᵢⱼ sin θᵢⱼ - Bᵢⱼ cos θᵢⱼ)
  ///
  /// Source: J. J. Grainger and W. D. Stevenson, *Power System Analysis*, 1994, section 9.1.
  package func injectedPower(at voltages: Voltages) -> (active: [Double], reactive: [Double]) {
    injectedPower(at: voltages.phasors)
  }

  /// The same of voltages that are there as phasors already.
  package func injectedPower(at phasors: [Complex]) -> (active: [Double], reactive: [Double]) {
    var active = [Double](repeating: 0, count: rowCount)
    var reactive = active
    for row in 0..<rowCount {
      var current = Complex.zero
      for slot in rowStarts[row]..<rowStarts[row + 1] {
        current += Complex(conductance[slot], susceptance[slot]) * phasors[columns[slot]]
      }
      let power = phasors[row] * current.conjugate
      active[row] = power.real
      reactive[row] = power.imaginary
    }
    return (active, reactive)
  }
}
