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

  init(to: ActorIdentity, target: String, twin: String, caller: Caller) {
    self.to = to
    self.target = target
    self.twin = twin
    self.caller = caller
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
  private var ways: [Key: Way] = [:]

  /// A route with what counts its calls.
  struct Way {
    let route: CallRoute
    let tally: CallTally
  }

  subscript(key: Key) -> Way? { ways[key] }

  mutating func add(_ way: Way, for key: Key) {
    if ways.count >= Self.limit { ways = [:] }
    ways[key] = way
  }
}
