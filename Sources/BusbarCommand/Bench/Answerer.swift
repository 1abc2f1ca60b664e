import ActorCluster
import Distributed

/// An actor whose calls cost nothing but the way to it and back.
distributed actor Answerer: ClusterActor {
  typealias ActorSystem = ActorCluster
  static let kind = "answerer"
  static let name = "bench"
  static let node = NodeName("answerer")
  static let targets = TargetTable<Answerer> {
    Target("answer(_:)") { actor, number in try await actor.answer(number) }
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe actorSystem.executor(for: id) }

  /// Lets the calling process of the benchmark call, and nobody else.
  struct Authority: CallAuthority {
    func permission(for route: CallRoute, from peer: String?) -> CallPermission {
      let isProved =
        peer.map { $0 == ProcessIdentity.uri(of: caller, in: CallsBenchCommand.twin) } ?? true
      return isProved && route.caller.node == caller && route.to.kind == kind
        && route.target == "answer(_:)" ? .always : .never
    }
  }

  static let caller = NodeName("caller")

  distributed func answer(_ number: Double) -> Double { -number }
}
