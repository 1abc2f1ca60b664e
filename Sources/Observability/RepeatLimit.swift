/// Decides which of many equal messages are told: the first of each kind, and then one with the
/// number of the others.
///
///     silent ──message: told──▶ holding ──window over──▶ silent
///                                 │ message: counted        (with a count: told "and 37 more")
///                                 └──────────────▶ holding
public struct RepeatLimit: Sendable {
  /// What to do with a message.
  public enum Verdict: Sendable, Equatable {
    /// Tell it, and ask `overdue` at this time.
    case tell(lookAgain: Duration)
    /// It is counted and told later.
    case hold
  }

  /// What was held back of one kind.
  public struct Held: Sendable, Equatable {
    public var kind: String
    public var count: Int

    /// `and 37 more in 10 s`.
    public func text(in window: Duration) -> String {
      "and \(count) more in \(window.components.seconds) s"
    }
  }

  /// Kinds that are told apart at once; beyond it they are one.
  public static let maximumKinds = 64
  private static let others = "others"

  public let window: Duration
  private var holding: [String: (until: Duration, count: Int)] = [:]

  public init(window: Duration = .seconds(10)) { self.window = window }

  /// A message has come.
  public mutating func note(_ kind: String, at now: Duration) -> Verdict {
    let isKnown = holding[kind] != nil
    let kind = isKnown || holding.count < Self.maximumKinds - 1 ? kind : Self.others
    if holding[kind] != nil {
      holding[kind]!.count += 1
      return .hold
    }
    holding[kind] = (now + window, 0)
    return .tell(lookAgain: now + window)
  }

  /// The kinds whose window is over and of which more came; to be told now, by name.
  public mutating func overdue(at now: Duration) -> [Held] {
    let over = holding.filter { $0.value.until <= now }
    for kind in over.keys { holding[kind] = nil }
    return over.filter { $0.value.count > 0 }.map { Held(kind: $0.key, count: $0.value.count) }
      .sorted { $0.kind < $1.kind }
  }
}
