/// The calls that a node refused because their callers had no right to make them.
public struct RefusedCalls: Sendable, Hashable {
  /// How many since the start.
  public var count = 0
  /// The last one, in words: who wanted what.
  public var last: String?

  /// Counts a subscription that was refused.
  mutating func add(subscriptionTo topic: String, from peer: String?) {
    count += 1
    last = "\(peer ?? "a stranger") wanted to subscribe to '\(topic)'"
  }

  mutating func add(_ route: CallRoute, from peer: String?) {
    count += 1
    last =
      "\(peer ?? "\(route.caller.node)") wanted '\(route.target)' of \(route.to)"
      + (route.caller.actor.map { " as \($0)" } ?? "")
  }
}
