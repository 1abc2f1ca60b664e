import ActorCluster
import TwinIdentity

/// One node of a twin: a process that joins a coordinator and hosts the segments it is given.
package struct TwinNode: Sendable {
  private let cluster: ActorCluster
  private let agent: NodeAgent
  private let dismissed: AsyncStream<Void>

  /// A coordinator that does not answer for this long is asked again later.
  private static let joinPatience = Duration.seconds(1)

  /// Makes the node's agent on a started cluster.
  ///
  /// - Parameters:
  ///   - slices: where slices lie that were read; a shelf of its own unless given.
  ///   - onDenyList: hears of each newer deny list that the coordinator sends.
  package init(
    _ cluster: ActorCluster, slices: SliceShelf = SliceShelf(),
    onDenyList: @escaping @Sendable (SignedDenyList) -> Void = { _ in }
  ) throws {
    let (dismissed, dismiss) = AsyncStream.makeStream(of: Void.self)
    let onLeave = NodeAgent.LeaveAction { dismiss.finish() }
    let onDenyList = NodeAgent.DenyListAction(run: onDenyList)
    agent = try cluster.host(NodeAgent.name) {
      NodeAgent(actorSystem: $0, slices: slices, onLeave: onLeave, onDenyList: onDenyList)
    }
    self.cluster = cluster
    self.dismissed = dismissed
  }

  /// Joins the coordinator, whose address the cluster knows.
  package func join(_ coordinator: NodeName, card: NodeCard) async throws {
    let identity = ActorIdentity(
      kind: Coordinator.kind, name: Coordinator.name, on: coordinator)
    try await Coordinator.resolve(id: identity, using: cluster).join(card, era: cluster.era)
  }

  /// Keeps the node in the twin until the task is cancelled: whenever the coordinator is silent, it
  /// joins again, as new.
  ///
  /// - Throws: `JoinRefusal` when the coordinator has no place for it any more.
  package func stay(with coordinator: NodeName, card: NodeCard) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await event in cluster.peerEvents where event == .lost(coordinator) {
          await agent.whenLocal { $0.lostConnection() }
          // The other watch may be asleep for a while.
          while await agent.whenLocal({ $0.isAsking }) ?? false, !Task.isCancelled {
            try await look(after: coordinator, card: card)
            try? await cluster.sleep(for: await agent.whenLocal { $0.nextLook } ?? .zero)
          }
        }
      }
      group.addTask {
        while !Task.isCancelled {
          try await look(after: coordinator, card: card)
          try? await cluster.sleep(for: await agent.whenLocal { $0.nextLook } ?? .zero)
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }

  private func look(after coordinator: NodeName, card: NodeCard) async throws(JoinRefusal) {
    let due = await agent.whenLocal { $0.due() } ?? []
    if due.contains(.shadow) { await agent.whenLocal { await $0.runShadowTicks() } }
    guard due.contains(.join) else { return }
    do {
      try await ActorCluster.withDeadline(Self.joinPatience) {
        try await join(coordinator, card: card)
      }
    } catch {
      if let refusal = (error as? ClusterError)?.joinRefusal { throw refusal }
    }
  }

  /// Waits until the coordinator sends the node home.
  package func untilDismissed() async {
    for await _ in dismissed {}
  }
}

extension ClusterError {
  /// The coordinator's refusal, if that is what the call ended with.
  package var joinRefusal: JoinRefusal? {
    guard case .remote(let failure) = self else { return nil }
    return failure.decoded(as: JoinRefusal.self)
  }

  /// Whether the method ran and threw, rather than the way there failing.
  var isRemote: Bool {
    if case .remote = self { true } else { false }
  }
}
