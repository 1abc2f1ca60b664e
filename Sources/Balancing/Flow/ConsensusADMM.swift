/// Optimal DC flow by regions that agree on the angles and flows at their ties: consensus ADMM in the
/// form that survives lost messages.
///
/// Regions i and j share the angles s at both ends of their ties. For these, region i keeps one vector
/// v, solves its own part with a pull towards it, and tells j the reflection m = 2 s - v, which is
/// s + λ / ρ. On hearing from j it moves:
///
///     x ← argmin f(x) + ρ/2 (s(x) - v)ᵀ M (s(x) - v)
///     v ← v + α (m_j - v)
///
/// At rest s_i = s_j and the prices λ_i = ρ M (v - s_i) = -λ_j, whatever was lost on the way: m_j is an
/// absolute value, and a region moves by each only once. α = 1/2 is plain ADMM, 0.8 an over-relaxation
/// of 1.6. The metric M weighs angles and tie flows (`LinkMetric`). From round 60 on the regions leap
/// together over what a slow iteration would still walk (`Extrapolation`).
///
///     messages = 2 a round for each pair of neighbours
///     words    = the ends of the pair's ties, a message; and for each leap 80 up and 2 × 16 down each
///                edge of the tree. Where messages are lost, the last three come again with each.
///
/// Source: N. Bastianello, R. Carli, L. Schenato, M. Todescato, "Asynchronous distributed optimization
/// over lossy networks via relaxed ADMM: stability and linear convergence", IEEE TAC 66(6), 2021.
public struct ConsensusADMM: BalancingAlgorithm {
  public struct Parameters: Sendable, Equatable {
    /// ρ: the price of a per-unit imbalance, per per-unit; `nil` for an estimate from the grid's costs
    /// and the regions' powers.
    public var penalty: Double?
    /// Weight of an angle against the square of the susceptance of a tie, shared among a link's ties;
    /// `nil` for the default.
    public var angleWeight: Double?
    /// α, above 0 and at most 1.
    public var relaxation = 0.55
    /// Rounds that a region waits for its neighbours before it goes on with what it has.
    public var patience = 1.0
    /// Trigger of a step: so many neighbours, or all where it is `nil`.
    public var quorum: Int?
    /// The largest imbalance that is still to be expected, in per unit, when a region settles.
    public var tolerance = 1e-7

    public init() {}
  }

  public var name: String { "admm" }
  public var parameters: Parameters

  public init(_ parameters: Parameters = Parameters()) { self.parameters = parameters }

  public func agents(for problem: FlowProblem) throws -> [RegionAgent] {
    let regions = (0..<problem.agentCount).map { RegionProgram(of: $0, in: problem, parameters) }
    let tree = SpanningTree(regions.map(\.neighbors))
    return try regions.map { try RegionAgent($0, tree: tree, parameters) }
  }
}
