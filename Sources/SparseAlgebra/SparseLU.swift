import CKLU

/// The LU factors of a sparse square matrix, by KLU, and the only owner of KLU's memory.
///
/// The ordering is made once for a pattern. `factor` chooses pivots; `refactor` keeps them and is
/// several times faster; which of the two runs when is the caller's rule, because the bits of a
/// solution depend on it. Not shared between threads.
///
/// Source: T. A. Davis and E. Palamadai Natarajan, "Algorithm 907: KLU, a direct sparse solver for
/// circuit simulation problems", ACM TOMS 37(3), 2010.
public struct SparseLU: ~Copyable {
  public let pattern: SparsePattern
  private var common = klu_common()
  private var symbolic: UnsafeMutablePointer<klu_symbolic>?
  private var numeric: UnsafeMutablePointer<klu_numeric>?

  /// Orders the pattern. An empty matrix (order 0) is accepted and solves nothing.
  ///
  /// Throws `SparseLUError.singular` for a pattern that no values could make regular.
  public init(ordering pattern: SparsePattern) throws(SparseLUError) {
    self.pattern = pattern
    klu_defaults(&common)
    guard pattern.order > 0 else { return }
    symbolic = pattern.columnStarts.withUnsafeBufferPointer { starts in
      pattern.rows.withUnsafeBufferPointer { rows in
        // KLU's prototypes lack const; it does not write to the pattern.
        klu_analyze(
          Int32(pattern.order), UnsafeMutablePointer(mutating: starts.baseAddress),
          UnsafeMutablePointer(mutating: rows.baseAddress), &common)
      }
    }
    guard let symbolic else { throw .init(status: common.status) }
    guard symbolic.pointee.structural_rank == pattern.order else { throw .singular }
  }

  deinit {
    var common = common
    var numeric = numeric
    var symbolic = symbolic
    if numeric != nil { klu_free_numeric(&numeric, &common) }
    if symbolic != nil { klu_free_symbolic(&symbolic, &common) }
  }

  /// Whether there are factors to solve with.
  public var isFactored: Bool { numeric != nil || pattern.order == 0 }

  /// Factors the values, choosing pivots. `values` has at least `pattern.slotCount` entries.
  public mutating func factor(_ values: [Double]) throws(SparseLUError) {
    precondition(values.count >= pattern.slotCount, "One value for each slot.")
    guard pattern.order > 0 else { return }
    if numeric != nil { klu_free_numeric(&numeric, &common) }
    let symbolic = symbolic
    numeric = withPattern(values) { starts, rows, values, common in
      klu_factor(starts, rows, values, symbolic, &common)
    }
    guard numeric != nil, common.status == KLU_OK else { throw .init(status: common.status) }
  }

  /// Factors the values with the pivots of the last `factor`.
  ///
  /// Throws `SparseLUError.pivotsFailed` when they no longer serve; `factor` then chooses new ones.
  public mutating func refactor(_ values: [Double]) throws(SparseLUError) {
    precondition(values.count >= pattern.slotCount, "One value for each slot.")
    guard pattern.order > 0 else { return }
    precondition(numeric != nil, "A refactorisation follows a factorisation.")
    let numeric = numeric
    let symbolic = symbolic
    let done = withPattern(values) { starts, rows, values, common in
      klu_refactor(starts, rows, values, symbolic, numeric, &common)
    }
    guard done == 1, common.status == KLU_OK else { throw .pivotsFailed }
    guard klu_rcond(symbolic, numeric, &common) == 1, common.rcond > Self.smallestPivotRatio else {
      throw .pivotsFailed
    }
  }

  /// Factors the values, keeping the pivots of the last time unless told otherwise or unless they no
  /// longer serve.
  public mutating func factor(_ values: [Double], choosingPivots: Bool) throws(SparseLUError) {
    guard !choosingPivots, isFactored else { return try factor(values) }
    do { try refactor(values) } catch .pivotsFailed { try factor(values) }
  }

  /// Below this ratio of smallest to largest pivot the kept pivots are given up: half the digits
  /// of a `Double` would be lost.
  private static let smallestPivotRatio = 1e-15

  /// Solves in place for `count` right-hand sides that begin at `offset`, one after another, each
  /// of `pattern.order` entries.
  public mutating func solve(_ sides: inout [Double], offset: Int = 0, count: Int = 1) {
    precondition(isFactored, "A solve follows a factorisation.")
    let order = pattern.order
    precondition(offset >= 0 && offset + order * count <= sides.count, "Sides lie in the array.")
    guard order > 0, count > 0 else { return }
    let solved = sides.withUnsafeMutableBufferPointer { sides in
      klu_solve(
        symbolic, numeric, Int32(order), Int32(count), sides.baseAddress.map { $0 + offset },
        &common)
    }
    precondition(solved == 1, "KLU refuses only arguments that were checked above.")
  }

  private mutating func withPattern<R>(
    _ values: [Double],
    _ body: (
      UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Double>?,
      inout klu_common
    ) -> R
  ) -> R {
    pattern.columnStarts.withUnsafeBufferPointer { starts in
      pattern.rows.withUnsafeBufferPointer { rows in
        values.withUnsafeBufferPointer { values in
          body(
            UnsafeMutablePointer(mutating: starts.baseAddress),
            UnsafeMutablePointer(mutating: rows.baseAddress),
            UnsafeMutablePointer(mutating: values.baseAddress), &common)
        }
      }
    }
  }
}

/// Why a matrix was not factored.
public enum SparseLUError: Error, Equatable {
  /// No unique solution exists.
  case singular
  /// The pivots of an earlier factorisation do not serve these values.
  case pivotsFailed
  case outOfMemory

  init(status: Int32) {
    self = status == KLU_OUT_OF_MEMORY ? .outOfMemory : .singular
  }
}
