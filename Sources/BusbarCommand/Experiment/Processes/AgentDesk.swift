import ActorCluster
import Balancing
import Distributed
import Experiments
import WireCodec

/// Speaks for an agent whose algorithm runs elsewhere, in any language: the agent asks what there is to
/// do, and answers. Counting, acknowledging and ending are done here.
distributed actor AgentDesk: ClusterActor {
  typealias ActorSystem = ActorCluster
  static let kind = AgentHost.kind
  static let targets = TargetTable<AgentDesk> {
    Target("prepare(_:)") { actor, order in try await actor.prepare(order) }
    Target("meet(_:)") { actor, place in try await actor.meet(place) }
    Target("begin(_:)") { actor, run in try await actor.begin(run) }
    Target("hear(_:_:at:)") { actor, run, messages, sent in
      try await actor.hear(run, messages, at: sent)
    }
    Target("end(_:)") { actor, run in try await actor.end(run) }
    Target("next(_:)") { actor, after in try await actor.next(after) }
    Target("answer(_:)") { actor, answer in try await actor.answer(answer) }
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe actorSystem.executor(for: id) }

  private let agent: Int
  private let prepared: PreparedExperiment
  private var session: AgentSession?
  private var post = RemotePost()
  private var structure: AgentStructure?
  /// What came while the agent was at work.
  private var early: [(message: Message, sent: Double)] = []
  private var watch: Task<Void, Never>?
  private var asked_s = 0.0
  /// The task that waits for an answer.
  private var task = AgentTask(number: 0, kind: .wait)
  private var hasArrived = false
  private var hasLeft = false
  private var arrivals: [CheckedContinuation<Void, Never>] = []

  /// A question waits so long for something to do.
  private static let patience = Duration.seconds(2)
  private static let glance = Duration.milliseconds(1)

  init(_ agent: Int, _ prepared: PreparedExperiment, actorSystem: ActorCluster) {
    self.agent = agent
    self.prepared = prepared
    self.actorSystem = actorSystem
  }

  /// Waits until the agent has asked for the first time.
  func arrival() async {
    guard !hasArrived else { return }
    await withCheckedContinuation { arrivals.append($0) }
  }

  /// Sends the agent home, and waits a moment until it has heard so.
  func dismiss() async {
    task = AgentTask(number: task.number + 1, kind: .leave)
    close()
    let deadline = actorSystem.now + Self.patience
    while hasArrived, !hasLeft, actorSystem.now < deadline {
      try? await actorSystem.sleep(for: Self.glance)
    }
  }

  // MARK: What the agent calls

  /// What there is to do after a task; after a while without any, to wait.
  distributed func next(_ after: Int) async -> AgentTask {
    hasArrived = true
    for arrival in arrivals { arrival.resume() }
    arrivals = []
    let deadline = actorSystem.now + Self.patience
    while task.number <= after || task.kind == .wait {
      guard actorSystem.now < deadline, !Task.isCancelled else {
        return AgentTask(number: after, kind: .wait)
      }
      try? await actorSystem.sleep(for: Self.glance)
    }
    hasLeft = task.kind == .leave
    return task
  }

  /// Takes what the agent says after a task. An answer to another task changes nothing.
  distributed func answer(_ answer: AgentAnswer) {
    guard answer.number == task.number, task.kind == .begin || task.kind == .step, session != nil
    else { return }
    post.answer = answer
    task = AgentTask(number: task.number, kind: .wait)
    session!.step(spent_s: MonotonicClock.now_s - asked_s)
    let waiting = early
    early = []
    for (message, sent) in waiting { session!.hear(message, sent_s: sent) }
    ask()
  }

  // MARK: What the referee and other agents call

  distributed func prepare(_ order: RunOrder) throws {
    close()
    for place in order.places where place.node != actorSystem.node {
      actorSystem.connect(node: place.node, at: place.address)
    }
    let agents = try prepared.agents(of: order.algorithm)
    post = RemotePost()
    let remote = RemoteAgent(
      neighbors: agents[agent].neighbors, trigger: agents[agent].trigger, post: post)
    session = AgentSession(
      order, agent: agent, AnyAgent(remote), SpanningTree(agents.map(\.neighbors)), prepared, id,
      actorSystem)
    structure = try AgentStructure(agent, prepared, agents.map(\.neighbors))
  }

  distributed func meet(_ place: AgentPlace) {
    guard place.node != actorSystem.node else { return }
    actorSystem.connect(node: place.node, at: place.address)
  }

  distributed func begin(_ run: Int) {
    guard session?.run == run else { return }
    session!.begin()
    task = AgentTask(number: task.number + 1, kind: .begin, structure: structure)
    asked_s = MonotonicClock.now_s
    let cluster = actorSystem
    watch = cluster.task { [weak self] in
      while !Task.isCancelled, let wait = await self?.whenLocal({ $0.session?.patience_s }) ?? nil {
        try? await cluster.sleep(for: .seconds(max(0.001, wait)))
        if Task.isCancelled { return }
        await self?.whenLocal { $0.ask() }
      }
    }
  }

  distributed func hear(_ run: Int, _ messages: [Message], at sent: Double) {
    guard session?.run == run else { return }
    for message in messages {
      if task.kind == .wait {
        session!.hear(message, sent_s: sent)
      } else {
        early.append((message, sent))
      }
    }
    ask()
  }

  distributed func end(_ run: Int) {
    guard session?.run == run else { return }
    task = AgentTask(number: task.number + 1, kind: .end)
    close()
  }

  /// Asks the agent for a step, if one is due and it is not at work.
  private func ask() {
    guard task.kind == .wait, let session, session.isReady else { return }
    task = AgentTask(number: task.number + 1, kind: .step, heard: post.heard)
    post.heard = []
    asked_s = MonotonicClock.now_s
  }

  private func close() {
    watch?.cancel()
    session?.end()
    (watch, session, early) = (nil, nil, [])
  }
}

/// What an agent elsewhere is asked to do.
struct AgentTask: Sendable, Codable, WireCodable {
  enum Kind: String, Sendable, Codable {
    /// Nothing; ask again.
    case wait
    /// Begin anew with this structure, and take the first step.
    case begin
    /// Take in what was heard, and step.
    case step
    /// The run is over; ask again for the next one.
    case end
    /// The experiment is over.
    case leave
  }

  var number: Int
  var kind: Kind
  var structure: AgentStructure?
  var heard: [Heard] = []

  struct Heard: Sendable, Codable {
    var sender: Int
    var stamp: Int
    var words: [Double]
  }
}

/// What an agent elsewhere says after a task.
struct AgentAnswer: Sendable, Codable, WireCodable {
  var number: Int
  var tells: [Tell]
  var decision: [Double]
  /// `none`, `settled` or `final`.
  var confidence: String

  struct Tell: Sendable, Codable {
    var receiver: Int
    var stamp: Int
    var words: [Double]
  }
}

/// What an agent of a dispatch knows of the world.
struct AgentStructure: Sendable, Codable {
  var agent: Int
  var neighbors: [Int]
  var parent: Int?
  var children: [Int]
  /// In per unit.
  var demand: Double
  var units: [Unit]

  /// An injection p from `lower` to `upper` costs quadratic p² + linear p + constant.
  struct Unit: Sendable, Codable {
    var lower: Double
    var upper: Double
    var quadratic: Double
    var linear: Double
    var constant: Double
  }

  /// - Throws: `ExperimentFault` for a problem whose agents cannot be elsewhere.
  init(_ agent: Int, _ prepared: PreparedExperiment, _ neighbors: [[Int]]) throws {
    guard let problem = prepared.problem.base as? DispatchProblem else {
      throw ExperimentFault("only the agents of a dispatch can be 'external'")
    }
    let tree = SpanningTree(neighbors)
    self.agent = agent
    self.neighbors = neighbors[agent]
    parent = tree.parent[agent]
    children = tree.children[agent]
    demand = problem.duties[agent].demand
    units = try problem.duties[agent].units.map { unit in
      guard case .quadratic(let quadratic, let linear, let constant) = unit.cost else {
        throw ExperimentFault("an 'external' agent's units have quadratic costs")
      }
      return Unit(
        lower: unit.lower, upper: unit.upper, quadratic: quadratic, linear: linear,
        constant: constant)
    }
  }
}
