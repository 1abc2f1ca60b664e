import ActorCluster
import Distributed
import GridModel
import PowerFlow
import Quantities
import TwinStore

/// The actor that paces the twin and joins its pieces: it knows who owns what, the border, and the
/// era, and nothing of what stands inside a segment.
package distributed actor Coordinator: ClusterActor {
  package typealias ActorSystem = ActorCluster
  package static let kind = "coordinator"
  package static let name = "coordinator"
  /// The node that hosts it, in every twin.
  package static let nodeName: NodeName = "coordinator"
  package static let targets = TargetTable<Coordinator> {
    Target("join(_:)", era: .any) { actor, card in try await actor.join(card) }
  }

  /// A tick that fails although every node answers is repeated this often: a message may be lost,
  /// a second time is bad luck, a third time is a fault of ours that more repeating hides.
  static let attemptsPerTick = 3
  /// A node that does not answer a plain question for this long is lost.
  static let patience = Duration.seconds(1)
  /// Names that nobody placed take memory and nothing else; a twin has far fewer.
  static let maximumNodes = 1_024
  /// How often the coordinator looks whether every node has joined.
  static let joinPoll = Duration.milliseconds(10)

  let store: any Store
  private(set) var members: [Member] = []
  private(set) var roster: [NodeName: NodeCard] = [:]
  private var border: BorderSystem?
  private var time = TwinTime()
  /// Nodes that were found lost after the last tick was committed.
  private var lost: [TwinFailure.LostNode] = []
  /// The era in which the store is ours: who holds an older one must not take it back.
  private var storeEra: Int64 = 0

  /// A segment and where it runs.
  struct Member: Sendable {
    var segment: SegmentPlan.ID
    var node: NodeName
    var actor: Segment
  }

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe actorSystem.executor(for: id)
  }

  package init(store: any Store, actorSystem: ActorCluster) {
    self.store = store
    self.actorSystem = actorSystem
  }

  /// Takes in a node. One that returns under the name of a lost one replaces it; while the holder
  /// of a name answers, nobody else gets it.
  package distributed func join(_ card: NodeCard) async throws {
    if let holder = roster[card.node], holder != card, await answers(card.node) {
      throw JoinRefusal.nameTaken(card.node)
    }
    guard roster[card.node] != nil || roster.count < Self.maximumNodes else {
      throw JoinRefusal.tooManyNodes(Self.maximumNodes)
    }
    actorSystem.connect(node: card.node, at: card.address)
    roster[card.node] = card
  }

  /// The nodes that host a segment, by name.
  package var nodes: [NodeCard] { Set(members.map(\.node)).sorted().compactMap { roster[$0] } }

  // MARK: Forming

  /// Waits for the plan's nodes, hands out the segments, and joins their borders.
  package func form(_ plan: TwinPlan, within timeout: Duration) async throws(TwinFailure) {
    try await wait(for: plan.nodes, within: timeout)
    time = plan.time
    let tick = try nextTick()
    do {
      storeEra = try store.raiseEra()
      let era = actorSystem.adopt(era: storeEra)
      for node in plan.nodes { try await agent(of: node).enter(era: era) }
      let structures = try await host(plan)
      try await introduce(plan, structures)
    } catch let failure as TwinFailure {
      throw failure
    } catch {
      let lost = await lostNodes(hosting: zip(plan.slices.map(\.segment), plan.hosts))
      guard lost.isEmpty else { throw .lost(lost, tick: tick) }
      throw .gaveUp(tick: tick, attempts: 1, why: "\(error)")
    }
  }

  private func wait(for nodes: [NodeName], within timeout: Duration) async throws(TwinFailure) {
    let deadline = actorSystem.now + timeout
    while !nodes.allSatisfy({ roster[$0] != nil }) {
      guard actorSystem.now < deadline, !Task.isCancelled else {
        throw .missing(
          nodes: nodes.filter { roster[$0] == nil },
          strangers: roster.keys.filter { !nodes.contains($0) }.sorted(), waited: timeout)
      }
      try? await actorSystem.sleep(for: Self.joinPoll)
    }
  }

  private func host(_ plan: TwinPlan) async throws -> [NetworkStructure] {
    let committed = try store.lastCommit()
    if let stored = committed?.states.map(\.segment) {
      let own = plan.slices.map(\.segment.text)
      guard stored == own else { throw TwinFailure.foreignStore(stored: stored, own: own) }
    }
    var structures: [NetworkStructure] = []
    var members: [Member] = []
    for (position, (slice, node)) in zip(plan.slices, plan.hosts).enumerated() {
      let state = committed?.states[position].state ?? []
      structures.append(try await host(slice, state: state, on: node))
      let identity = ActorIdentity(kind: Segment.kind, name: slice.segment.text, on: node)
      members.append(
        Member(
          segment: slice.segment, node: node,
          actor: try Segment.resolve(id: identity, using: actorSystem)))
    }
    self.members = members
    return structures
  }

  private func host(
    _ slice: SegmentSlice, state: [UInt8], on node: NodeName
  ) async throws -> NetworkStructure {
    let agent = try agent(of: node)
    var structure: NetworkStructure?
    for part in try SlicePart.cut(slice) {
      let isLast = part.index == part.count - 1
      structure = try await agent.host(part, state: isLast ? state : [])
    }
    guard let structure else { preconditionFailure("The last part makes a slice whole.") }
    return structure
  }

  /// Makes the border plan and tells every segment its part of it and where its neighbours are.
  private func introduce(_ plan: TwinPlan, _ structures: [NetworkStructure]) async throws {
    let borderPlan = BorderPlan(
      joining: structures, topologyVersion: plan.slices[0].topologyVersion, roleVersion: 1)
    border = try BorderSystem(
      borderPlan, segments: members.map(\.segment), touched: plan.slices.map(\.border),
      base: plan.base)
    let cards = Dictionary(
      uniqueKeysWithValues: members.map { member in
        let node = roster[member.node]!
        return (
          member.segment,
          NeighbourCard(
            segment: member.segment, actor: member.actor.id, host: node.host, port: node.port)
        )
      })
    let introductions = zip(plan.slices, structures).enumerated().map { position, part in
      (
        neighbours: part.0.neighbours.map { cards[$0]! },
        view: borderPlan.view(of: position, touching: part.0.border, structure: part.1)
      )
    }
    _ = try await everyone { position, segment in
      try await segment.meet(
        introductions[position].neighbours, view: introductions[position].view)
    }
  }

  // MARK: Ticking

  /// The tick that comes next.
  package func nextTick() throws(TwinFailure) -> Int64 {
    do { return (try store.lastCommit()?.tick ?? -1) + 1 } catch { throw .superseded("\(error)") }
  }

  /// Runs the next tick until it is committed; whatever goes wrong on the way leaves no trace.
  package func tick() async throws(TwinFailure) -> TickReport {
    let tick = try nextTick()
    guard lost.isEmpty else { throw .lost(lost, tick: tick) }
    var last: any Error = CancellationError()
    var attempts = 0
    while attempts < Self.attemptsPerTick, !Task.isCancelled {
      attempts += 1
      do {
        return try await attempt(tick)
      } catch let failure as TwinFailure {
        throw failure
      } catch let error as StoreError {
        throw .superseded("\(error)")
      } catch {
        last = error
      }
      if Task.isCancelled { break }
      let lost = await lostNodes(hosting: members.map { ($0.segment, $0.node) })
      guard lost.isEmpty else { throw .lost(lost, tick: tick) }
      do { try await returnToCommitted() } catch let error as StoreError {
        throw .superseded("\(error)")
      } catch {
        last = error
      }
    }
    throw .gaveUp(tick: tick, attempts: attempts, why: "\(last)")
  }

  private func attempt(_ tick: Int64) async throws -> TickReport {
    guard let border else { preconditionFailure("A twin forms before it ticks.") }
    let start = actorSystem.now
    let before = actorSystem.counters
    let era = actorSystem.era
    let stamp = border.begin(era: era, tick: tick)
    var blocks = try await everyone { _, segment in try await segment.begin(stamp) }
    var roundTrips = 1
    var iterations: [Int]?
    while iterations == nil {
      switch try border.judge(blocks) {
      case .solved(let count, _): iterations = count
      case .failed(let failure): throw TwinFailure.noSolution(failure, tick: tick)
      case .step(let steps):
        blocks = try await everyone { position, segment in
          try await segment.advance(by: steps[position])
        }
        roundTrips += 1
      }
    }
    let after = actorSystem.counters
    let joint = JointRounds(
      duration: actorSystem.now - start, calls: roundTrips * members.count,
      bytes: after.bytesSent + after.bytesReceived - before.bytesSent - before.bytesReceived,
      borderUnknowns: border.unknownCount)
    let conclusions = try await everyone { _, segment in try await segment.conclude(tick: tick) }
    let states = zip(members, conclusions).map { member, conclusion in
      SegmentRecord(segment: member.segment.text, state: conclusion.state)
    }
    var report = TickReport(
      tick: tick, time: time.time(of: tick), era: era, segments: conclusions.map(\.report),
      states: states, iterations: iterations!, roundTrips: roundTrips)
    try store.commit(Commit(tick: tick, states: states), era: era)
    // From here on the tick is committed. A segment that misses the word gets its state back.
    do {
      _ = try await everyone { _, segment in try await segment.commit(tick: tick) }
    } catch {
      lost = await lostNodes(hosting: members.map { ($0.segment, $0.node) })
      if lost.isEmpty { try? await returnToCommitted() }
    }
    report.duration = actorSystem.now - start
    report.joint = joint
    return report
  }

  /// Raises the era, so that nothing of the tick in flight is accepted any more, and takes every
  /// segment back to what the store holds.
  private func returnToCommitted() async throws {
    storeEra = try store.raiseEra(from: storeEra)
    let era = actorSystem.adopt(era: storeEra)
    for node in Set(members.map(\.node)).sorted() { try await agent(of: node).enter(era: era) }
    guard let committed = try store.lastCommit() else { return }
    _ = try await everyone { position, segment in
      try await segment.restore(committed.states[position].state)
    }
  }

  // MARK: Asking

  /// The committed voltages of every segment's buses, in the order of segment ids.
  ///
  /// - Throws: `lost` when a node does not answer any more.
  package func busVoltages() async throws(TwinFailure) -> [Voltages] {
    do {
      return try await everyone { _, segment in try await segment.busVoltages().voltages }
    } catch {
      let tick = try nextTick()
      let lost = await lostNodes(hosting: members.map { ($0.segment, $0.node) })
      guard lost.isEmpty else { throw .lost(lost, tick: tick) }
      throw .gaveUp(tick: tick, attempts: 1, why: "\(error)")
    }
  }

  /// What everybody has put on the wire so far, the coordinator included; `nil` when a node does not
  /// answer any more.
  package func traffic() async -> TwinTraffic? {
    var total = TwinTraffic(NodeTraffic(actorSystem))
    for node in Set(members.map(\.node)).sorted() {
      guard let traffic = try? await agent(of: node).traffic() else { return nil }
      total += TwinTraffic(traffic)
    }
    return total
  }

  /// Sends every node home. One that does not answer is gone already.
  package func dismiss() async {
    for node in roster.keys.sorted() {
      try? await ActorCluster.withDeadline(Self.patience) { try await agent(of: node).leave() }
    }
  }

  private func lostNodes(
    hosting owners: some Sequence<(SegmentPlan.ID, NodeName)>
  ) async -> [TwinFailure.LostNode] {
    var segments: [NodeName: [SegmentPlan.ID]] = [:]
    for (segment, node) in owners { segments[node, default: []].append(segment) }
    let lost = await withTaskGroup(of: NodeName?.self) { group in
      for node in segments.keys.sorted() {
        group.addTask { await self.answers(node) ? nil : node }
      }
      var lost: [NodeName] = []
      while let next = await group.next() { if let next { lost.append(next) } }
      return lost
    }
    return lost.sorted().map { .init(node: $0, segments: segments[$0]!) }
  }

  /// Whether a node answers a plain question in time.
  private func answers(_ node: NodeName) async -> Bool {
    do {
      _ = try await ActorCluster.withDeadline(Self.patience) {
        try await agent(of: node).traffic()
      }
      return true
    } catch {
      return false
    }
  }

  private func agent(of node: NodeName) throws -> NodeAgent {
    try NodeAgent.resolve(id: NodeAgent.identity(on: node), using: actorSystem)
  }

  /// Calls every segment at once; answers come in the order of segment ids, whoever was first.
  private func everyone<Answer: Sendable>(
    _ call: @escaping @Sendable (_ position: Int, _ segment: Segment) async throws -> Answer
  ) async throws -> [Answer] {
    try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
      for (position, member) in members.enumerated() {
        group.addTask { (position, try await call(position, member.actor)) }
      }
      var answers = [Answer?](repeating: nil, count: members.count)
      while let (position, answer) = try await group.next() { answers[position] = answer }
      return answers.map { $0! }
    }
  }
}
