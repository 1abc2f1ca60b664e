/// How long calls made in a task may take, and on whose behalf they are made.
struct CallLimits: Sendable {
  /// Long enough for a factorisation of a large segment, short enough to notice a stuck peer.
  static let defaultTimeout = Duration.seconds(3)

  /// No call waits longer, whatever its caller asks for, so a peer cannot leave timers for ever.
  static let maximumTimeout = Duration.seconds(86_400)

  @TaskLocal static var current = CallLimits()

  /// How long one call may take; nil for the default.
  var timeout: Duration?
  /// When the call that is being served must end, in the time of its node's runtime.
  var servedUntil: Duration?
  /// The actor that is being served.
  var actor: ActorIdentity?
  /// Who called it.
  var caller: Caller?

  /// The moment at which a call made now must have ended.
  func deadline(from now: Duration) -> Duration {
    let own = now + min(timeout ?? Self.defaultTimeout, Self.maximumTimeout)
    return servedUntil.map { min($0, own) } ?? own
  }
}
