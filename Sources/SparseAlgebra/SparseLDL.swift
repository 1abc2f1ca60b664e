/// The factors L D Lᵀ of a sparse symmetric quasi-definite matrix.
///
/// A quasi-definite matrix
///
///     ⎡ F   Gᵀ ⎤
///     ⎣ G  -H  ⎦      F, H positive definite
///
/// has such factors, with a diagonal D, in whatever order its rows are taken: so the order is chosen
/// once, for little fill, and the structure of L is found once. `factor` then only computes. The matrix
/// is given by its upper triangle. Not shared between threads; a copy is independent.
///
/// Sources: R. J. Vanderbei, "Symmetric quasidefinite matrices", SIAM J. Optim. 5(1), 1995; the
/// up-looking factorisation is that of T. A. Davis, "Algorithm 849: a concise sparse Cholesky
/// factorization package", ACM TOMS 31(4), 2005.
public struct SparseLDL: Sendable {
  public let order: Int
  private let structure: LDLStructure
  private var lower: [Double]
  private var inversePivots: [Double]
  /// Zero between calls.
  private var work: [Double]
  /// One past the last computed entry of each column of L.
  private var columnEnds: [Int32]

  /// Entries of L below its diagonal.
  public var fillCount: Int { lower.count }

  /// Orders a pattern and finds the structure of its factors.
  ///
  /// - Parameters:
  ///   - upper: the upper triangle; every diagonal position is in it.
  ///   - signs: shape `[order]`, +1 or -1: the sign of each diagonal entry of D.
  public init(ordering upper: SparsePattern, signs: [Double]) {
    precondition(signs.count == upper.order, "One sign for each row.")
    order = upper.order
    structure = LDLStructure(upper, signs: signs)
    lower = [Double](repeating: 0, count: structure.rows.count)
    inversePivots = [Double](repeating: 0, count: order)
    work = inversePivots
    columnEnds = [Int32](repeating: 0, count: order)
  }

  /// Factors the values, one for each slot of the pattern. Allocates nothing.
  ///
  /// A pivot that has not its sign by at least `smallestPivot` becomes that with its sign.
  /// - Returns: how many pivots were replaced.
  @discardableResult
  public mutating func factor(_ values: [Double], smallestPivot: Double = 1e-13) -> Int {
    structure.factor(
      values, smallestPivot: smallestPivot, into: &lower, inverse: &inversePivots, work: &work,
      ends: &columnEnds)
  }

  /// Solves in place with the factors of the last `factor`. Allocates nothing.
  ///
  /// - Parameter side: shape `[order]`, the right-hand side on entry and the solution on return.
  public mutating func solve(_ side: inout [Double]) {
    precondition(side.count == order, "One entry for each row.")
    structure.solve(&side, lower: lower, inverse: inversePivots, work: &work)
  }
}
