/// What is known of a call before its body is read.
public struct CallHead: Hashable, Sendable {
  /// The actor that is called.
  public var to: ActorIdentity
  /// The stable name of the method: `advance(era:tick:)`.
  public var target: String
  /// The twin that the caller belongs to.
  public var twin: String
  /// The era that the caller acts in.
  public var era: Int64
  /// How long the caller still waits.
  public var timeLeft: Duration
  /// Who calls.
  public var caller: Caller

  /// Describes a call.
  public init(
    to: ActorIdentity, target: String, twin: String, era: Int64, timeLeft: Duration, caller: Caller
  ) {
    self.to = to
    self.target = target
    self.twin = twin
    self.era = era
    self.timeLeft = timeLeft
    self.caller = caller
  }
}
