import Balancing
import DCOptimalFlow

/// An experiment as its document asks for it: a problem, how it is shared out, who solves it, what goes
/// wrong, and how often.
public struct Experiment: Sendable {
  public var name: String
  public var problem: ProblemChoice
  public var algorithms: [AlgorithmChoice]
  public var faults: [FaultChoice] = []
  /// Every algorithm runs once for each seed and repetition.
  public var seeds: [UInt64] = [1]
  public var repetitions = 1
  /// How good an answer has to be to be called true.
  public var tolerance = Tolerance()
  public var end = End.agents
  public var runtime = RuntimeKind.simulated
  /// A run ends after so many rounds.
  public var budget = 1_000
  /// The referee looks after every so many rounds; zero for only at the end.
  public var traceInterval = 1
  /// In processes: how long a round is that somebody waits for in vain, in seconds.
  public var round_s: Double?
  /// Agents that are no child processes but join from outside, by name.
  public var external: [String] = []

  /// Who ends a run.
  public enum End: String, Sendable, CaseIterable {
    /// The agents agree among themselves that they are done.
    case agents
    /// The referee, as soon as the answer is as good as was asked for.
    case referee
  }

  public enum RuntimeKind: String, Sendable, CaseIterable {
    /// All agents in one process, in virtual rounds.
    case simulated
    /// A process for each agent, over HTTP/2.
    case processes
  }

  public init(name: String, problem: ProblemChoice, algorithms: [AlgorithmChoice]) {
    self.name = name
    self.problem = problem
    self.algorithms = algorithms
  }

  /// The runs of the experiment, in order.
  public var trials: [Trial] {
    algorithms.indices.flatMap { algorithm in
      seeds.flatMap { seed in
        (1...repetitions).map { Trial(algorithm: algorithm, seed: seed, repetition: $0) }
      }
    }
  }
}

/// One run of an experiment.
public struct Trial: Sendable, Hashable {
  /// Place among the experiment's algorithms.
  public var algorithm: Int
  public var seed: UInt64
  /// From one.
  public var repetition: Int

  public init(algorithm: Int, seed: UInt64, repetition: Int) {
    self.algorithm = algorithm
    self.seed = seed
    self.repetition = repetition
  }
}

/// What is to be balanced.
public enum ProblemChoice: Sendable {
  /// The cheapest DC flow of a grid, by parts of it.
  case flow(GridChoice)
  /// The cheapest dispatch of a grid whose branches carry anything.
  case dispatch(GridChoice)
  /// Demand response under a cap, with drawn wishes.
  case response(agents: Int, slots: Int, seed: Int)

  public var kind: ProblemKind {
    switch self {
    case .flow: .flow
    case .dispatch: .dispatch
    case .response: .response
    }
  }
}

public enum ProblemKind: String, Sendable, CaseIterable {
  case flow, dispatch, response
}

/// A grid from a file, and who owns what of it.
public struct GridChoice: Sendable {
  /// As a path from the folder of the experiment's document, or absolute.
  public var file: String
  public var definition = DCDefinition.matpower
  /// `nil` for what the kind of problem suggests.
  public var partition: Partition?

  public init(file: String) { self.file = file }
}

/// An algorithm with its parameters, under a name of its own.
public struct AlgorithmChoice: Sendable {
  /// As in the catalogue.
  public var algorithm: String
  /// As in results.
  public var name: String
  public var parameters: [String: Double] = [:]

  public init(_ algorithm: String, name: String? = nil, parameters: [String: Double] = [:]) {
    self.algorithm = algorithm
    self.name = name ?? algorithm
    self.parameters = parameters
  }
}

/// A fault whose agents are named; numbers follow when the problem is at hand.
public struct FaultChoice: Sendable {
  public enum Place: Sendable {
    case everyLink
    case link(from: String, to: String)
    case border(of: [String])
    case agent(String)

    var names: [String] {
      switch self {
      case .everyLink: []
      case .link(let from, let to): [from, to]
      case .border(let group): group
      case .agent(let agent): [agent]
      }
    }
  }

  public var kind: Fault.Kind
  public var place: Place
  public var window: Range<Double>

  public init(_ kind: Fault.Kind, at place: Place = .everyLink, during window: Range<Double>) {
    self.kind = kind
    self.place = place
    self.window = window
  }
}
