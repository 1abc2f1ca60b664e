/// A node's view of its coordinator: decides when to announce itself anew, and when its segments go
/// on by themselves.
///
///     joined ──connection lost──▶ asking ──silent 1.5 s──▶ orphaned
///       ▲                            │                         │
///       └───────────heard────────────┴─────────────────────────┘
///
/// A node without a coordinator joins again and again, as new: the coordinator may have lost it, or
/// may have been started again. Orphaned segments live in the shadow, which acts on nothing.
package struct CoordinatorWatch: Sendable {
  package enum Action: Sendable, Equatable {
    /// Announce the node to the coordinator.
    case join
    /// Let each segment run a shadow tick.
    case shadow
  }

  /// Longer than a coordinator needs to find a node lost: who hears nothing for this long is not a
  /// member any more.
  package static let silence = Duration.milliseconds(1_500)
  /// Between two attempts to join.
  package static let joinInterval = Duration.milliseconds(250)
  /// Between two shadow ticks of a twin that is not paced.
  package static let shadowInterval = Duration.seconds(1)

  /// Between two looks while the coordinator is silent.
  private static let lookWhileSilent = Duration.milliseconds(100)
  /// Well below what counts as the node's own pause.
  private static let longestLook = Duration.seconds(1)

  private var heardAt: Duration
  private var nextJoin: Duration?
  private var nextShadow: Duration?
  private var lastLook: Duration?

  /// Begins with a node that has just joined.
  package init(at now: Duration) { heardAt = now }

  /// How long the coordinator has been silent.
  package func silence(at now: Duration) -> Duration { now - heardAt }

  /// Whether its segments go on by themselves.
  package var isOrphaned: Bool { nextShadow != nil }

  /// Whether it announces itself again and again.
  package var isAsking: Bool { nextJoin != nil }

  /// The coordinator has asked or told something.
  package mutating func heard(at now: Duration) {
    heardAt = max(heardAt, now)
    nextJoin = nil
    nextShadow = nil
  }

  /// The connection to the coordinator broke: it may have been started again and know nobody.
  package mutating func lostConnection(at now: Duration) {
    nextJoin = nextJoin.map { min($0, now) } ?? now
  }

  /// What is to be done now.
  package mutating func tick(at now: Duration) -> [Action] {
    forgiveOwnPause(at: now)
    let isSilent = now - heardAt >= Self.silence
    var actions: [Action] = []
    if nextJoin.map({ $0 <= now }) ?? isSilent {
      nextJoin = now + Self.joinInterval
      actions.append(.join)
    }
    if isSilent, nextShadow.map({ $0 <= now }) ?? true {
      nextShadow = now + Self.shadowInterval
      actions.append(.shadow)
    }
    return actions
  }

  /// When to look again: seldom while the coordinator speaks.
  package func nextLook(at now: Duration) -> Duration {
    guard nextJoin == nil, nextShadow == nil else { return Self.lookWhileSilent }
    return min(max(heardAt + Self.silence - now, Self.lookWhileSilent), Self.longestLook)
  }

  /// A node that was stopped has heard nobody; one look later it knows more.
  private mutating func forgiveOwnPause(at now: Duration) {
    defer { lastLook = now }
    guard let lastLook, now - lastLook >= Self.silence else { return }
    // Long enough for a question that waits in the socket to be read, short enough to come back.
    // What was heard between the pause and this look stays heard.
    heardAt = max(heardAt, now - Self.silence + Self.joinInterval)
  }
}
