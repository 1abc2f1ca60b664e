import Distributed

/// A distributed actor that peers can reach.
///
///     distributed actor Segment: ClusterActor {
///       static let kind = "segment"
///       static let targets = TargetTable<Segment> {
///         Target("scale(by:)") { actor, factor in try await actor.scale(by: factor) }
///       }
///       nonisolated var unownedExecutor: UnownedSerialExecutor { actorSystem.executor(for: id) }
///       distributed func scale(by factor: Double) -> Double { … }
///     }
public protocol ClusterActor: DistributedActor where ActorSystem == ActorCluster {
  /// The kind in this type's identities and paths, stable across versions: `segment`.
  static var kind: String { get }

  /// What peers may call.
  static var targets: TargetTable<Self> { get }
}
