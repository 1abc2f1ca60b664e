/// What all calls of one method of one actor by one caller have in common.
///
/// A node knows few of them and makes many calls of each, so they are kept and shared.
public final class CallRoute: Sendable {
  /// The actor that is called.
  public let to: ActorIdentity
  /// The stable name of the method: `advance(era:tick:)`.
  public let target: String
  /// The twin that the caller belongs to.
  public let twin: String
  /// Who calls.
  public let caller: Caller
  let counterKey: CallCounters.Key

  init(to: ActorIdentity, target: String, twin: String, caller: Caller) {
    self.to = to
    self.target = target
    self.twin = twin
    self.caller = caller
    counterKey = CallCounters.Key(callerKind: caller.actor?.kind, kind: to.kind, target: target)
  }
}

extension CallRoute: Hashable {
  public static func == (left: CallRoute, right: CallRoute) -> Bool {
    left === right
      || (left.to == right.to && left.target == right.target && left.twin == right.twin
        && left.caller == right.caller)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(to)
    hasher.combine(target)
  }
}

/// The routes of the calls that a node makes.
struct CallRoutes {
  /// What tells two routes of one node apart, before the name of the method was looked for.
  struct Key: Hashable {
    let to: ActorIdentity
    let identifier: String
    let actor: ActorIdentity?
  }

  /// More than the methods of all neighbours of a large node; beyond it they are made anew.
  private static let limit = 4096
  private var routes: [Key: CallRoute] = [:]

  subscript(key: Key) -> CallRoute? { routes[key] }

  mutating func add(_ route: CallRoute, for key: Key) {
    if routes.count >= Self.limit { routes = [:] }
    routes[key] = route
  }
}
