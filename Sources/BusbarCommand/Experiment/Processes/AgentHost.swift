import ActorCluster
import Balancing
import Distributed
import Experiments

/// An agent in a process of its own.
distributed actor AgentHost: ClusterActor {
  typealias ActorSystem = ActorCluster
  static let kind = "agent"
  static let targets = TargetTable<AgentHost> {
    Target("prepare(_:)") { actor, order in try await actor.prepare(order) }
    Target("meet(_:)") { actor, place in try await actor.meet(place) }
    Target("begin(_:)") { actor, run in try await actor.begin(run) }
    Target("hear(_:_:at:)") { actor, run, messages, sent in
      try await actor.hear(run, messages, at: sent)
    }
    Target("end(_:)") { actor, run in try await actor.end(run) }
  }

  static func identity(of agent: Int, on node: NodeName) -> ActorIdentity {
    ActorIdentity(kind: kind, name: "\(agent)", on: node)
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe actorSystem.executor(for: id) }

  private let agent: Int
  private let prepared: PreparedExperiment
  private var session: AgentSession?
  private var watch: Task<Void, Never>?
  /// The neighbours of all agents, by algorithm.
  private var trees: [Int: SpanningTree] = [:]

  init(_ agent: Int, _ prepared: PreparedExperiment, actorSystem: ActorCluster) {
    self.agent = agent
    self.prepared = prepared
    self.actorSystem = actorSystem
  }

  /// Makes the agent anew for a run.
  distributed func prepare(_ order: RunOrder) throws {
    close()
    for place in order.places where place.agent != agent {
      actorSystem.connect(node: place.node, at: place.address)
    }
    let agents = try prepared.agents(of: order.algorithm)
    let tree = trees[order.algorithm] ?? SpanningTree(agents.map(\.neighbors))
    trees[order.algorithm] = tree
    session = AgentSession(
      order, agent: agent, agents[agent], tree, prepared, id, actorSystem)
  }

  /// Learns where another agent is now.
  distributed func meet(_ place: AgentPlace) {
    guard place.agent != agent else { return }
    actorSystem.connect(node: place.node, at: place.address)
  }

  /// Takes the first step.
  distributed func begin(_ run: Int) {
    guard session?.run == run else { return }
    session!.begin()
    stepWhileReady()
    let cluster = actorSystem
    watch = cluster.task { [weak self] in
      while !Task.isCancelled, let wait = await self?.whenLocal({ $0.patience }) ?? nil {
        try? await cluster.sleep(for: .seconds(max(0.001, wait)))
        if Task.isCancelled { return }
        await self?.whenLocal { $0.stepWhileReady() }
      }
    }
  }

  private var patience: Double? { session.flatMap { $0.isOver ? nil : $0.patience_s } }

  /// Takes in what a neighbour says.
  ///
  /// - Parameter sent: when, in seconds of this machine's clock; zero from elsewhere.
  distributed func hear(_ run: Int, _ messages: [Message], at sent: Double) {
    guard session?.run == run else { return }
    for message in messages { session!.hear(message, sent_s: sent) }
    stepWhileReady()
  }

  private func stepWhileReady() {
    while session?.isReady == true { session!.step() }
  }

  /// Ends a run; what comes later of it is dropped.
  distributed func end(_ run: Int) {
    guard session?.run == run else { return }
    close()
  }

  private func close() {
    watch?.cancel()
    session?.end()
    (watch, session) = (nil, nil)
  }
}
