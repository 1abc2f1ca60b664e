import ActorCluster

/// A message at the moment when it is sent.
public struct SimulatedMessage: Sendable, Hashable {
  /// What a message does.
  public enum Purpose: UInt64, Sendable {
    /// Asks for a method to run.
    case request
    /// Brings its result, its error or a refusal.
    case reply
    /// Takes a request back.
    case cancellation
  }

  /// Counts all messages of a network from zero.
  public var index: Int
  /// The virtual time.
  public var time: Duration
  /// What it does.
  public var purpose: Purpose
  /// The sending node.
  public var from: NodeName
  /// The receiving node.
  public var to: NodeName
  /// The stable name of the method, also in replies.
  public var target: String
  /// The size of the body in bytes.
  public var byteCount: Int
}
