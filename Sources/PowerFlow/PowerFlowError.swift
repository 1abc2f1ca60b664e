import GridModel

/// Why a grid was not solved.
public enum PowerFlowError: Error, Equatable, Sendable {
  /// No voltages were found that meet the specified powers, with what each failed island tells.
  case notConverged([IslandFailure])
}

/// An island for which Newton's method found no solution.
public struct IslandFailure: Error, Equatable, Sendable, Codable {
  /// Islands are counted from 1.
  public var island: Int
  /// A bus that holds the island: its reference.
  public var reference: Bus.ID
  public var iterations: Int
  /// The bus with the largest mismatch at the best point reached.
  public var worstBus: Bus.ID
  /// Mismatch there, in MVA.
  public var mismatch_MVA: Double

  public init(
    island: Int, reference: Bus.ID, iterations: Int, worstBus: Bus.ID, mismatch_MVA: Double
  ) {
    self.island = island
    self.reference = reference
    self.iterations = iterations
    self.worstBus = worstBus
    self.mismatch_MVA = mismatch_MVA
  }
}

extension IslandFailure: CustomStringConvertible {
  public var description: String {
    let rounded = (mismatch_MVA * 1_000).rounded() / 1_000
    let mismatch = rounded == 0 || !rounded.isFinite ? mismatch_MVA : rounded
    return
      "island \(island) (held by bus \(reference)) has no solution that Newton's method finds: "
      + "after \(iterations) iterations bus \(worstBus) is worst, off by \(mismatch) MVA"
  }
}

extension PowerFlowError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notConverged(let failures): failures.map(\.description).joined(separator: "; ")
    }
  }
}
