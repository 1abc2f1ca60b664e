import Distributed

/// The methods of an actor type that peers may call, by stable name.
///
/// A name from the wire is looked up here and nowhere else: it never reaches the runtime, which
/// would run any method of any type on the actor's memory.
public struct TargetTable<Act: DistributedActor>: Sendable {
  /// By name.
  let all: [String: Target<Act>]

  /// Collects targets; each name may appear once.
  public init(@TargetTableBuilder<Act> _ build: () -> [Target<Act>]) {
    all = Dictionary(build().map { ($0.name, $0) }) { first, _ in
      preconditionFailure("The target '\(first.name)' is declared twice.")
    }
  }

  /// The names that peers may call, sorted.
  public var names: [String] { all.keys.sorted() }
}

/// Lets a table list one target a line.
@resultBuilder
public enum TargetTableBuilder<Act: DistributedActor> {
  public static func buildExpression(_ target: Target<Act>) -> Target<Act> { target }
  public static func buildBlock(_ targets: Target<Act>...) -> [Target<Act>] { targets }
}
