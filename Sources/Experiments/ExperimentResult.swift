import Balancing

/// What came of one run of an experiment.
public struct ExperimentResult: Sendable, Codable, Equatable {
  /// As the experiment calls the algorithm.
  public var algorithm: String
  public var runtime: String
  public var stop: Stop
  /// The longest causal chain of messages and steps.
  public var rounds: Int
  public var objective: Double
  /// |f - f*| / |f*|; `nil` where the optimum is not known.
  public var gap: Double?
  public var violation_pu: Double
  /// l2 over all pairs of copies.
  public var consensusResidual: Double
  public var largestDifference: Double
  public var messages: Int
  public var words: Int
  public var bytes: Int
  /// The slowest step of each round, together; in processes with a message's way for each round.
  public var criticalPath_s: Double
  /// From the first step to the end.
  public var seconds: Double
  /// Rounds between the sending and the use of a message: the mean and the largest.
  public var staleness: Double
  public var worstStaleness: Double
  public var seed: UInt64
  public var repetition: Int

  public init(
    _ run: RunResult, of trial: Trial, in experiment: Experiment,
    runtime: Experiment.RuntimeKind, seconds: Double
  ) {
    algorithm = experiment.algorithms[trial.algorithm].name
    self.runtime = runtime.rawValue
    stop = run.stop
    rounds = run.rounds
    objective = run.score.objective
    gap = run.score.gap
    violation_pu = run.score.violation
    consensusResidual = run.score.consensus
    largestDifference = run.score.largestDifference
    messages = run.traffic.messages
    words = run.traffic.words
    bytes = run.traffic.bytes
    criticalPath_s = run.criticalPath_s
    self.seconds = seconds
    staleness = run.meanStaleness
    worstStaleness = run.worstStaleness
    seed = trial.seed
    repetition = trial.repetition
  }

  /// A number that JSON could not write reads as none.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> Double {
      try fields.decodeIfPresent(Double.self, forKey: key) ?? .nan
    }
    algorithm = try fields.decode(String.self, forKey: .algorithm)
    runtime = try fields.decode(String.self, forKey: .runtime)
    stop = try fields.decode(Stop.self, forKey: .stop)
    rounds = try fields.decode(Int.self, forKey: .rounds)
    objective = try number(.objective)
    gap = try fields.decodeIfPresent(Double.self, forKey: .gap)
    violation_pu = try number(.violation_pu)
    consensusResidual = try number(.consensusResidual)
    largestDifference = try number(.largestDifference)
    messages = try fields.decode(Int.self, forKey: .messages)
    words = try fields.decode(Int.self, forKey: .words)
    bytes = try fields.decode(Int.self, forKey: .bytes)
    criticalPath_s = try number(.criticalPath_s)
    seconds = try number(.seconds)
    staleness = try number(.staleness)
    worstStaleness = try number(.worstStaleness)
    seed = try fields.decode(UInt64.self, forKey: .seed)
    repetition = try fields.decode(Int.self, forKey: .repetition)
  }
}
