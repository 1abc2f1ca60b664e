/// What is known of a call before its body is read.
public struct CallHead: Hashable, Sendable {
  /// Who calls which method of whom.
  public var route: CallRoute
  /// The era that the caller acts in.
  public var era: Int64
  /// How long the caller still waits.
  public var timeLeft: Duration

  /// Describes a call.
  public init(route: CallRoute, era: Int64, timeLeft: Duration) {
    self.route = route
    self.era = era
    self.timeLeft = timeLeft
  }

  /// Describes a call.
  public init(
    to: ActorIdentity, target: String, twin: String, era: Int64, timeLeft: Duration, caller: Caller
  ) {
    self.init(
      route: CallRoute(to: to, target: target, twin: twin, caller: caller), era: era,
      timeLeft: timeLeft)
  }

  /// The actor that is called.
  public var to: ActorIdentity { route.to }
  /// The stable name of the method: `advance(era:tick:)`.
  public var target: String { route.target }
  /// The twin that the caller belongs to.
  public var twin: String { route.twin }
  /// Who calls.
  public var caller: Caller { route.caller }
}
