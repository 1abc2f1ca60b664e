import ActorCluster

/// A message at the moment when it is sent, or when it arrives.
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
  /// The actor that is or was called; in a reply, the one that its caller meant.
  public var actor: ActorIdentity
  /// The actor that made the call, if an actor did.
  public var caller: ActorIdentity?
  /// The era of the call; in a reply, the one in which its caller asked.
  public var era: Int64
  /// Of a reply: 200 for a result, 500 for an error, others for refusals, as over HTTP.
  public var status: Int?

  package init(
    index: Int, time: Duration, purpose: Purpose, from: NodeName, to: NodeName, target: String,
    byteCount: Int, actor: ActorIdentity, caller: ActorIdentity?, era: Int64, status: Int?
  ) {
    self.index = index
    self.time = time
    self.purpose = purpose
    self.from = from
    self.to = to
    self.target = target
    self.byteCount = byteCount
    self.actor = actor
    self.caller = caller
    self.era = era
    self.status = status
  }
}
