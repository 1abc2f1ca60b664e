import ActorCluster
import Assets
import Distributed
import GridModel
import PowerFlow
import TwinIdentity
import TwinStore

/// The actor that paces the twin and joins its pieces: it knows who owns what, the border, and the
/// era, and nothing of what stands inside a segment.
///
/// It decides nothing that a value can decide: `FailureDetector` says who lives, `Placement` who
/// owns what, `BorderSystem` how the border moves, and the store what is true.
package distributed actor Coordinator: ClusterActor {
  package typealias ActorSystem = ActorCluster
  package static let kind = "coordinator"
  package static let name = "coordinator"
  /// The node that hosts it, in every twin.
  package static let nodeName: NodeName = "coordinator"
  package static let targets = TargetTable<Coordinator> {
    Target("join(_:era:)", era: .any) { actor, card, era in
      try await actor.join(card, era: era)
    }
    Target("status()", era: .any) { actor in try await actor.status() }
    Target("events(after:)", era: .any) { actor, number in
      try await actor.events(after: number)
    }
  }

  /// A tick that fails this often in a row although every node answers is a fault of ours that more
  /// repeating hides.
  static let attemptsPerTick = 10
  /// Between two attempts: doubles from the first to the second.
  static let attemptPauses = (first: Duration.milliseconds(10), last: Duration.seconds(1))
  /// A node that does not answer a plain question for this long is not asked again.
  static let patience = Duration.seconds(1)
  /// Names that nobody placed take memory and nothing else; a twin has far fewer.
  static let maximumNodes = 1_024
  /// Between two equivalents of the rest of the grid for the segments.
  static let equivalentInterval = Duration.milliseconds(500)
  /// How often the coordinator looks whether nodes have come.
  static let joinPoll = Duration.milliseconds(10)

  let store: any Store
  let settings: CoordinatorSettings
  let events: EventSink
  let memory: NodeMemory
  let metrics: CoordinatorMetrics

  // Who is there.
  var roster: [NodeName: Membership] = [:]
  var detector: FailureDetector
  private var lastTerm = 0

  // What the twin is.
  var charter: TwinCharter?
  var ledger = Ledger([])
  var borderPlan: BorderPlan?
  var border: BorderSystem?
  var equivalentMaker: EquivalentMaker?
  var nextEquivalents = Duration.zero

  // What happens now.
  var watching: Task<Void, Never>?
  /// Fulfilled when the heartbeats have something to do before their time.
  var nextLook = OneShot<Void, CancellationError>()
  var progress = Progress()
  var isFinished = false
  var shelf = EventShelf()
  /// Of the last tick that was committed here.
  var figures: TickFigures?
  /// The era that this coordinator has raised the store to; `nil` until it has taken the store over.
  var storeEra: Int64?
  /// Who is revoked: every node gets it.
  var denyList: SignedDenyList?
  /// What this process refused itself.
  var refusals = NodeRefusals()
  /// Fulfilled when an owner is lost, so that nobody waits for it.
  var loss: OneShot<Void, CancellationError>?

  /// One stay of a node in the twin.
  struct Membership: Sendable {
    var card: NodeCard
    /// Counts all stays of all nodes.
    var term: Int
    var pulse: Pulse?
    var answerTime = Duration.zero
    var refusals = NodeRefusals()
    /// The deny list that it was sent.
    var denyList: SignedDenyList?
  }

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe actorSystem.executor(for: id)
  }

  package init(
    store: any Store, settings: CoordinatorSettings = CoordinatorSettings(),
    events: EventSink = .none, memory: NodeMemory = .none, actorSystem: ActorCluster
  ) {
    self.store = store
    self.settings = settings
    self.events = events
    self.memory = memory
    metrics = CoordinatorMetrics(in: actorSystem.metrics)
    detector = FailureDetector(settings.heartbeats)
    self.actorSystem = actorSystem
  }

  /// Takes in a node, as a candidate: it owns nothing before it has answered. While the holder of a
  /// name answers, nobody else gets it; who comes back was lost, whether it knows or not, and is new.
  ///
  /// - Parameter era: the last era that the node lived in.
  package distributed func join(_ card: NodeCard, era: Int64) async throws {
    if let asker = ActorCluster.currentCaller?.node, asker != card.node {
      throw JoinRefusal.notYourName(card.node, asker: asker)
    }
    // Until it has taken the store over, its era is not the twin's.
    guard era <= actorSystem.era || storeEra == nil else {
      throw JoinRefusal.ahead(node: era, twin: actorSystem.era)
    }
    if let holder = roster[card.node], detector.standing(of: card.node) != .lost {
      if holder.card == card { return }
      guard await !answers(card.node) else { throw JoinRefusal.nameTaken(card.node) }
      // Somebody else may have noticed meanwhile.
      if detector.standing(of: card.node) == .member { announceLost(card.node) }
    }
    guard roster[card.node] != nil || roster.count < Self.maximumNodes else {
      throw JoinRefusal.tooManyNodes(Self.maximumNodes)
    }
    actorSystem.connect(node: card.node, at: card.address)
    lastTerm += 1
    roster[card.node] = Membership(card: card, term: lastTerm)
    detector.join(card.node, at: actorSystem.now)
    watch()
    lookSoon()
  }

  /// The nodes that host a segment, by name.
  package var nodes: [NodeCard] {
    Set(ledger.owners.compactMap { $0 }).sorted().compactMap { roster[$0]?.card }
  }

  // MARK: Asking

  /// The committed voltages of every segment's buses, in the order of segment ids.
  ///
  /// - Throws: as `tick()` does.
  package func busVoltages() async throws(TwinFailure) -> [Voltages] {
    try await repeating(try nextTick()) { [self] in
      try await everyoneInOrder("its voltages") { try await $0.busVoltages().voltages }
    }
  }

  /// What was decided for the last committed tick; nothing where schedules decide.
  package func committedSetPoints() throws(TwinFailure) -> SetPoints {
    do {
      let states = try store.lastCommit()?.states ?? []
      return SetPoints(
        try states.flatMap {
          try SegmentState(decoding: $0.state).balance?.setPoints.entries ?? []
        })
    } catch let error as StoreError {
      throw .store(error)
    } catch {
      throw .gaveUp(tick: 0, attempts: 1, why: "\(error)")
    }
  }

  /// What everybody has put on the wire so far, the coordinator included; `nil` when a node does not
  /// answer any more.
  package func traffic() async -> TwinTraffic? {
    var total = TwinTraffic(NodeTraffic(actorSystem))
    for card in nodes {
      guard let traffic = try? await agent(of: card.node).traffic() else { return nil }
      total += TwinTraffic(traffic)
    }
    return total
  }

  /// Ends the heartbeats.
  package func retire() async {
    let watching = self.watching
    self.watching = nil
    watching?.cancel()
    await watching?.value
  }

  /// Ends the heartbeats and sends every node home. One that does not answer is gone already.
  package func dismiss() async {
    await retire()
    for node in roster.keys.sorted() {
      try? await ActorCluster.withDeadline(Self.patience) { try await agent(of: node).leave() }
    }
  }

  /// Whether a node answers a plain question in time.
  func answers(_ node: NodeName) async -> Bool {
    do {
      _ = try await ActorCluster.withDeadline(Self.patience) {
        try await agent(of: node).traffic()
      }
      return true
    } catch {
      return false
    }
  }

  func agent(of node: NodeName) throws -> NodeAgent {
    try NodeAgent.resolve(id: NodeAgent.identity(on: node), using: actorSystem)
  }

  /// Calls every segment at once; answers come in the order of segment ids, whoever was first.
  ///
  /// - Parameter what: what is asked for, in the words of who waits for it.
  func everyone<Answer: Sendable>(
    _ what: String,
    _ call: @escaping @Sendable (_ position: Int, _ segment: Segment) async throws -> Answer
  ) async throws -> [Answer] {
    progress.wait(for: what, from: ledger.holdings.map(\.segment), at: actorSystem.now)
    return try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
      for position in ledger.holdings.indices {
        let segment = try Segment.resolve(id: ledger.identity(of: position), using: actorSystem)
        group.addTask { (position, try await call(position, segment)) }
      }
      var answers = [Answer?](repeating: nil, count: ledger.holdings.count)
      while let (position, answer) = try await group.next() {
        answers[position] = answer
        progress.came(from: ledger.holdings[position].segment)
      }
      return answers.map { $0! }
    }
  }
}
