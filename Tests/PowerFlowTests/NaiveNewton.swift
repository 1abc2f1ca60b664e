import GridModel
import SparseAlgebra

/// Newton's method on dense matrices, with the derivatives in complex form.
///
///     ∂S/∂θ = j diag(V) conj(diag(I) - Y diag(V))
///     ∂S/∂|V| = diag(V) conj(Y diag(V/|V|)) + conj(diag(I)) diag(V/|V|)
///
/// Source: R. D. Zimmerman, *AC Power Flows, Generalized OPF Costs and their Derivatives using
/// Complex Matrix Notation*, MATPOWER Technical Note 2, 2010.
struct NaiveNewton {
  struct Power {
    var node: Int
    var p: Double
    var q: Double
    var zip: Load.VoltageDependence?

    func value(at v: Double) -> Complex {
      Complex(p * factor(zip?.p, v), q * factor(zip?.q, v))
    }

    func derivative(at v: Double) -> Complex {
      Complex(
        p * (zip.map { $0.p.current + 2 * v * $0.p.impedance } ?? 0),
        q * (zip.map { $0.q.current + 2 * v * $0.q.impedance } ?? 0))
    }

    private func factor(_ shares: Load.VoltageDependence.Shares?, _ v: Double) -> Double {
      guard let shares else { return 1 }
      return shares.power + shares.current * v + shares.impedance * v * v
    }
  }

  private let nodes: [Int]
  private let y: [[Complex]]
  private let loads: [[Power]]
  private let angles: [Int]
  private let magnitudes: [Int]

  /// - Parameter nodes: those that take part; all else is given for every node.
  init(
    nodes: [Int], entries: [(row: Int, column: Int, value: Complex)], held: [Double?],
    references: Set<Int>, loads: [Power]
  ) {
    let place = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
    var y = [[Complex]](
      repeating: [Complex](repeating: .zero, count: nodes.count), count: nodes.count)
    for entry in entries {
      if let row = place[entry.row], let column = place[entry.column] {
        y[row][column] += entry.value
      }
    }
    self.nodes = nodes
    self.y = y
    self.loads = nodes.map { node in loads.filter { $0.node == node } }
    angles = nodes.indices.filter { !references.contains(nodes[$0]) }
    magnitudes = nodes.indices.filter { held[nodes[$0]] == nil }
  }

  /// - Returns: the voltage of every node that takes part.
  mutating func solve(magnitude: [Double], angle: [Double]) throws -> [Int: Complex] {
    var vm = nodes.map { magnitude[$0] }
    var va = nodes.map { angle[$0] }
    var isNear = false
    for _ in 0..<30 {
      let v = zip(vm, va).map { Complex.unit($1) * $0 }
      let current = y.map { row in zip(row, v).reduce(Complex.zero) { $0 + $1.0 * $1.1 } }
      let mismatch = nodes.indices.map { node in
        v[node] * current[node].conjugate
          - loads[node].reduce(Complex.zero) { $0 + $1.value(at: vm[node]) }
      }
      let f = angles.map { mismatch[$0].real } + magnitudes.map { mismatch[$0].imaginary }
      // One more step near the solution takes it to rounding.
      if isNear {
        return Dictionary(uniqueKeysWithValues: zip(nodes, v).map { ($0, $1) })
      }
      isNear = (f.map(abs).max() ?? 0) < 1e-8
      let step = solveDense(jacobian(v, vm, current), f.map { -$0 })
      for (position, node) in angles.enumerated() { va[node] += step[position] }
      for (position, node) in magnitudes.enumerated() { vm[node] += step[angles.count + position] }
    }
    throw NaivePowerFlow.NotConverged()
  }

  private func jacobian(_ v: [Complex], _ vm: [Double], _ current: [Complex]) -> [[Double]] {
    func byAngle(_ i: Int, _ k: Int) -> Complex {
      let own = i == k ? current[i] : .zero
      return Complex(0, 1) * v[i] * (own - y[i][k] * v[k]).conjugate
    }
    func byMagnitude(_ i: Int, _ k: Int) -> Complex {
      let unit = v[k] / vm[k]
      var value = v[i] * (y[i][k] * unit).conjugate
      if i == k {
        value += current[i].conjugate * unit
        value -= loads[i].reduce(Complex.zero) { $0 + $1.derivative(at: vm[i]) }
      }
      return value
    }
    let p = angles.map { i in
      angles.map { byAngle(i, $0).real } + magnitudes.map { byMagnitude(i, $0).real }
    }
    let q = magnitudes.map { i in
      angles.map { byAngle(i, $0).imaginary } + magnitudes.map { byMagnitude(i, $0).imaginary }
    }
    return p + q
  }
}

/// Solves by elimination with row exchanges.
func solveDense(_ matrix: [[Double]], _ side: [Double]) -> [Double] {
  var a = matrix
  var x = side
  let order = side.count
  for k in 0..<order {
    let pivot = (k..<order).max { a[$0][k].magnitude < a[$1][k].magnitude }!
    a.swapAt(k, pivot)
    x.swapAt(k, pivot)
    let row = a[k]
    for i in (k + 1)..<max(order, k + 1) where a[i][k] != 0 {
      let factor = a[i][k] / row[k]
      for j in k..<order { a[i][j] -= factor * row[j] }
      x[i] -= factor * x[k]
    }
  }
  for k in stride(from: order - 1, through: 0, by: -1) {
    for j in (k + 1)..<max(order, k + 1) { x[k] -= a[k][j] * x[j] }
    x[k] /= a[k][k]
  }
  return x
}
