/// An agent of any algorithm.
public struct AnyAgent: BalancingAgent {
  private var base: any BalancingAgent

  public init(_ base: any BalancingAgent) { self.base = base }

  public var neighbors: [Int] { base.neighbors }
  public var trigger: Trigger { base.trigger }
  public var opinion: Opinion { base.opinion }
  public mutating func absorb(_ message: Message) { base.absorb(message) }
  public mutating func step(through exchange: inout Exchange) { base.step(through: &exchange) }
}

/// A problem of any kind.
public struct AnyProblem: BalancingProblem {
  public let base: any BalancingProblem

  public init(_ base: any BalancingProblem) { self.base = base }

  public var agentCount: Int { base.agentCount }
  public var optimum: Double? { base.optimum }
  public func assess(_ decisions: [[Double]]) -> Assessment { base.assess(decisions) }
}

extension VirtualRun<AnyProblem, AnyAgent> {
  /// Runs agents of any algorithm to the end.
  public static func result(
    of agents: [AnyAgent], _ referee: Referee<AnyProblem>, _ options: Options
  ) -> RunResult {
    // Made here, where the compiler sees all of it, a run is three times as fast.
    var run = VirtualRun(referee, agents: agents, options: options)
    return run.run()
  }
}
