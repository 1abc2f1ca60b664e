import ActorCluster
import Distributed

/// After a start at another address: the nodes of the start before still look for the old one, and names
/// may not be found just then.
extension Coordinator {
  /// Nodes that do not answer for so long have gone, or look for the coordinator themselves.
  private static let greetingTime = Duration.seconds(30)
  private static let greetingPause = Duration.milliseconds(500)

  /// Calls the nodes that an earlier start knew. From where the call comes tells them where this
  /// coordinator is, and they join.
  package func greet() async {
    for place in memory.known {
      actorSystem.connect(node: place.node, at: place.address, seenAt: place.seenAt)
    }
    await withDiscardingTaskGroup { group in
      for place in memory.known { group.addTask { await self.greet(place.node) } }
    }
  }

  private func greet(_ node: NodeName) async {
    let end = actorSystem.now + Self.greetingTime
    while roster[node] == nil, !Task.isCancelled, actorSystem.now < end {
      // A plain question: what a node answers is of no interest.
      if await answers(node) { return }
      try? await actorSystem.sleep(for: Self.greetingPause)
    }
  }

  /// Keeps where the nodes of the twin are.
  func rememberNodes() {
    memory.keep(
      detector.members.compactMap { roster[$0]?.card }.map { card in
        NodePlace(
          node: card.node, host: card.host, port: card.port,
          seenAt: actorSystem.lastSeen(card.node))
      })
  }
}
