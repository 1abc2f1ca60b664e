/// One segment's part of a decentralised algorithm: a value, without clock, input or output.
///
/// An agent sees its own data and what its neighbours tell it. Whoever runs it calls `absorb` for each
/// message that is news (never for a repeated or an overtaken one) and `step` when the algorithm's
/// trigger says so.
public protocol BalancingAgent: Sendable {
  /// Those with whom this agent may talk, ascending.
  var neighbors: [Int] { get }
  /// When to step.
  var trigger: Trigger { get }
  /// Takes in what a neighbour said.
  mutating func absorb(_ message: Message)
  /// Computes, and tells neighbours what is new.
  mutating func step(through exchange: inout Exchange)
  /// What this agent would do now.
  var opinion: Opinion { get }
}

/// A decentralised algorithm: makes the agents of a problem.
public protocol BalancingAlgorithm<Problem>: Sendable {
  associatedtype Problem: BalancingProblem
  associatedtype Agent: BalancingAgent
  /// As written in files and results.
  var name: String { get }
  /// One agent for each of the problem's, in order.
  func agents(for problem: Problem) throws -> [Agent]
}

/// When an agent steps.
public enum Trigger: Sendable, Equatable {
  /// When every neighbour has said something new, or `patience` rounds after the last step.
  case everyNeighbor(patience: Double?)
  /// When so many neighbours have, or `patience` rounds after the last step.
  case neighbors(Int, patience: Double)
  /// At every message; after `patience` rounds without any, all is said again.
  case everyMessage(patience: Double)
}

/// What an agent would do now, and how sure it is.
public struct Opinion: Sendable, Equatable {
  /// The agent's own part of the answer, in the order that the problem says.
  public var decision: [Double]
  /// Its copies of quantities that others also have.
  public var copies: [Copy]
  public var confidence: Confidence

  public init(decision: [Double], copies: [Copy] = [], confidence: Confidence = .none) {
    self.decision = decision
    self.copies = copies
    self.confidence = confidence
  }

  /// One agent's value of a quantity that several agents hold.
  public struct Copy: Sendable, Equatable {
    public var quantity: Int
    public var value: Double

    public init(of quantity: Int, value: Double) {
      self.quantity = quantity
      self.value = value
    }
  }

  public enum Confidence: Sendable, Equatable {
    /// Not at rest.
    case none
    /// Sees an end, as far as it can see: its residuals and what they have still to fall are small.
    case settled
    /// Knows that all is done; asks nobody.
    case final
  }
}
