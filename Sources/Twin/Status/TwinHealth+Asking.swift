import ActorCluster

extension Coordinator {
  /// Its store answers, and no tick stands still: a coordinator that waits for its first nodes is
  /// well.
  package func health() -> TwinHealth {
    var health = TwinHealth(part: "coordinator", era: actorSystem.era)
    do {
      _ = try store.lastCommit()
    } catch {
      health.trouble = "the store does not answer: \(error)"
      return health
    }
    let stall = progress.stall(at: actorSystem.now)
    if stall >= settings.stall {
      health.trouble =
        "tick \(progress.tick) has stood still for \(Int(stall.milliseconds)) ms"
    }
    return health
  }

  /// The health of the coordinator that lives on a cluster.
  package static func health(on cluster: ActorCluster) async -> TwinHealth {
    let identity = ActorIdentity(kind: kind, name: name, on: cluster.node)
    let coordinator = try? Coordinator.resolve(id: identity, using: cluster)
    return await coordinator?.whenLocal { $0.health() }
      ?? .absent("coordinator", era: cluster.era)
  }

  /// Puts what the coordinator on a cluster knows of its twin into metrics.
  package static func sampleMetrics(on cluster: ActorCluster) async {
    let identity = ActorIdentity(kind: kind, name: name, on: cluster.node)
    let coordinator = try? Coordinator.resolve(id: identity, using: cluster)
    if let status = await coordinator?.whenLocal({ $0.status() }) {
      status.record(in: cluster.metrics)
    }
  }
}

extension NodeAgent {
  /// Its coordinator has asked or told it something lately.
  func health() -> TwinHealth {
    let silence = watch.silence(at: actorSystem.now)
    return TwinHealth(
      part: "node", era: actorSystem.era,
      trouble: silence < CoordinatorWatch.silence
        ? nil : "the coordinator was last heard \(Int(silence.milliseconds)) ms ago")
  }
}

extension TwinNode {
  /// The health of the node that lives on a cluster.
  package static func health(on cluster: ActorCluster) async -> TwinHealth {
    let agent = try? NodeAgent.resolve(id: NodeAgent.identity(on: cluster.node), using: cluster)
    return await agent?.whenLocal { $0.health() } ?? .absent("node", era: cluster.era)
  }

  /// Puts what the node on a cluster knows into metrics.
  package static func sampleMetrics(on cluster: ActorCluster) async {
    let agent = try? NodeAgent.resolve(id: NodeAgent.identity(on: cluster.node), using: cluster)
    if let view = await agent?.whenLocal({ await $0.look() }) { view.record(in: cluster.metrics) }
  }
}
