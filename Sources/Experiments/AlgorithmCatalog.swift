import Balancing

/// The algorithms that experiments may name.
///
///     var catalog = AlgorithmCatalog.builtIn
///     catalog.add("mine", parameters: ["step"]) { MyAlgorithm(step: $0["step"] ?? 0.1) }
public struct AlgorithmCatalog: Sendable {
  /// An algorithm, as experiments see it.
  public struct Entry: Sendable {
    public let name: String
    /// The kinds of problem that it solves.
    public let kinds: [ProblemKind]
    /// The numbers that a document may give it.
    public let parameters: [String]
    let make: @Sendable (AnyProblem, [String: Double]) throws -> [AnyAgent]?
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  /// Adds an algorithm; one of the same name for the same kind of problem is replaced.
  ///
  /// - Parameters:
  ///   - parameters: the numbers that a document may give it, by name.
  ///   - make: makes the algorithm; gets only numbers that were given.
  public mutating func add<Algorithm: BalancingAlgorithm>(
    _ name: String, parameters: [String] = [],
    make: @escaping @Sendable ([String: Double]) throws -> Algorithm
  ) where Algorithm.Problem: ExperimentProblem {
    let kind = Algorithm.Problem.kind
    entries.removeAll { $0.name == name && $0.kinds == [kind] }
    entries.append(
      Entry(name: name, kinds: [kind], parameters: parameters) { problem, numbers in
        guard let problem = problem.base as? Algorithm.Problem else { return nil }
        return try make(numbers).agents(for: problem).map { AnyAgent($0) }
      })
  }

  /// The entry of an algorithm for a kind of problem.
  func entry(_ name: String, for kind: ProblemKind) -> Entry? {
    entries.first { $0.name == name && $0.kinds.contains(kind) }
  }

  func names(for kind: ProblemKind) -> [String] {
    entries.filter { $0.kinds.contains(kind) }.map(\.name)
  }
}

/// A problem that experiments know.
public protocol ExperimentProblem: BalancingProblem {
  static var kind: ProblemKind { get }
}

extension FlowProblem: ExperimentProblem {
  public static var kind: ProblemKind { .flow }
}

extension DispatchProblem: ExperimentProblem {
  public static var kind: ProblemKind { .dispatch }
}

extension ResponseProblem: ExperimentProblem {
  public static var kind: ProblemKind { .response }
}

extension AlgorithmCatalog {
  /// What comes with Busbar.
  public static let builtIn: AlgorithmCatalog = {
    var catalog = AlgorithmCatalog()
    catalog.add(
      "admm",
      parameters: ["penalty", "angleWeight", "relaxation", "patience", "quorum", "tolerance"]
    ) { numbers in
      var parameters = ConsensusADMM.Parameters()
      parameters.penalty = numbers["penalty"]
      parameters.angleWeight = numbers["angleWeight"]
      if let value = numbers["relaxation"] { parameters.relaxation = value }
      if let value = numbers["patience"] { parameters.patience = value }
      parameters.quorum = numbers["quorum"].map { max(1, Int($0)) }
      if let value = numbers["tolerance"] { parameters.tolerance = value }
      return ConsensusADMM(parameters)
    }
    catalog.add("tree", parameters: ["patience"]) { TreeDispatch(patience: $0["patience"]) }
    catalog.add("dual", parameters: ["patience"]) { numbers in
      DualDecomposition(patience: numbers["patience"] ?? 3)
    }
    catalog.add("gradient-tracking", parameters: ["step"]) { GradientTracking(step: $0["step"]) }
    catalog.add("consensus-innovations", parameters: ["step"]) {
      ConsensusInnovations(step: $0["step"])
    }
    return catalog
  }()
}
