import ActorCluster
import Distributed
import GridModel
import PowerFlow

/// The actor that owns one segment: it mirrors the assets there and takes part in every tick.
///
/// It carries messages; `SegmentTwin` decides. It is one of the four places where a result is
/// accepted, so each call that acts names its era: the cluster refuses another one before the body
/// is read, and the actor looks again when it comes to the call.
distributed actor Segment: ClusterActor {
  typealias ActorSystem = ActorCluster
  static let kind = "segment"
  static let targets = TargetTable<Segment> {
    Target("introduce(_:)") { actor, introduction in try await actor.introduce(introduction) }
    Target("balance(_:)") { actor, moment in try await actor.balance(moment) }
    Target("exchange(_:with:at:)") { actor, message, neighbour, moment in
      try await actor.exchange(message, with: neighbour, at: moment)
    }
    Target("begin(_:)") { actor, stamp in try await actor.begin(stamp) }
    Target("advance(by:)") { actor, step in try await actor.advance(by: step) }
    Target("ends(for:at:)") { actor, neighbour, moment in
      try await actor.ends(for: neighbour, at: moment)
    }
    Target("conclude(_:)") { actor, moment in try await actor.conclude(moment) }
    Target("commit(_:equivalent:)") { actor, moment, equivalent in
      try await actor.commit(moment, equivalent: equivalent)
    }
    Target("shadowEnds(for:)") { actor, neighbour in try await actor.shadowEnds(for: neighbour) }
    Target("busVoltages()") { actor in try await actor.busVoltages() }
  }

  /// A neighbour that does not answer for this long is left out of the comparison.
  private static let shadowPatience = Duration.milliseconds(500)

  private let twin: SegmentTwin
  private let waits: WaitBoard
  /// By name alone: two segments on one node that held each other would never be freed.
  private var neighbours: [SegmentPlan.ID: ActorIdentity] = [:]
  /// The era in which it was introduced last: a message that comes twice acts once.
  private var introducedIn: Int64?
  /// The balancing of the tick in flight, if any.
  private var rounds: BalanceRounds?

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe actorSystem.executor(for: id) }

  init(slice: SegmentSlice, waits: WaitBoard, actorSystem: ActorCluster) throws {
    self.actorSystem = actorSystem
    self.waits = waits
    twin = try SegmentTwin(slice)
  }

  /// What it shows of its shape; for the node that hosts it.
  func structure() -> NetworkStructure { twin.structure() }

  /// Enters an era: goes back to the committed state and learns who its neighbours are.
  distributed func introduce(_ introduction: Introduction) throws {
    try check(introduction.era)
    guard introducedIn != introduction.era else { return }
    rounds?.abandon()
    rounds = nil
    neighbours = [:]
    for card in introduction.neighbours {
      if card.actor.node != actorSystem.node {
        actorSystem.connect(node: card.actor.node, at: card.address, seenAt: card.seenAt)
      }
      _ = try Segment.resolve(id: card.actor, using: actorSystem)
      neighbours[card.segment] = card.actor
    }
    actorSystem.expect(callers: neighbours.values, in: introduction.era)
    if introduction.state.isEmpty {
      twin.forgetTick()
    } else {
      try twin.restore(SegmentState(reading: introduction.state))
    }
    try twin.adopt(introduction.view)
    introducedIn = introduction.era
  }

  // MARK: Balancing

  /// Finds the set-points of the next tick together with its neighbours, segment to segment.
  distributed func balance(_ moment: Moment) async throws {
    try check(moment.era)
    guard introducedIn == moment.era else { throw SegmentError.noBorder }
    if twin.isBalanced(tick: moment.tick) { return }
    let rounds = rounds(at: moment)
    guard rounds.begin() else { return try await rounds.outcome() }
    do {
      guard var run = try twin.balance(tick: moment.tick) else { return rounds.finish() }
      while !run.isOver {
        let told = run.outgoing()
        for (neighbour, message) in zip(run.neighbours, told) {
          rounds.tell(neighbour, message)
        }
        let heard = try await hear(run, told, through: rounds, at: moment)
        try check(moment.era)
        try run.absorb(heard)
      }
      try twin.accept(run)
      rounds.finish()
    } catch {
      rounds.abandon()
      throw error
    }
  }

  /// The neighbours' messages of a round, in the order of their names: this segment calls those that
  /// come after it, and is called by the others.
  private func hear(
    _ run: BalanceRun, _ told: [BalanceMessage], through rounds: BalanceRounds, at moment: Moment
  ) async throws -> [BalanceMessage] {
    let own = twin.slice.segment
    let (waits, now) = (waits, actorSystem.now)
    return try await withThrowingTaskGroup(of: (Int, BalanceMessage).self) { group in
      for (position, name) in run.neighbours.enumerated() {
        let message = told[position]
        let calls = own < name
        let neighbour =
          calls ? try neighbours[name].map { try Segment.resolve(id: $0, using: actorSystem) } : nil
        group.addTask {
          waits.begin(own, on: name, tick: moment.tick, at: now)
          defer { waits.end(own, on: name) }
          guard calls else {
            return (position, try await rounds.heard(from: name, round: message.round))
          }
          guard let neighbour else { throw SegmentError.noBorder }
          do {
            return (position, try await neighbour.exchange(message, with: own, at: moment))
          } catch let error as ClusterError where !error.isRemote || error.isAbandonment {
            // Whoever gave up knows why, and says so to the coordinator.
            throw SegmentError.neighbourSilent(name, why: "\(error)")
          }
        }
      }
      var messages = [BalanceMessage?](repeating: nil, count: told.count)
      while let (position, message) = try await group.next() { messages[position] = message }
      return messages.map { $0! }
    }
  }

  /// Takes a neighbour's message of a round, and answers with its own of the same round.
  distributed func exchange(
    _ message: BalanceMessage, with neighbour: SegmentPlan.ID, at moment: Moment
  ) async throws -> BalanceMessage {
    try check(moment.era)
    guard introducedIn == moment.era else { throw SegmentError.noBorder }
    try check(neighbour)
    // A neighbour may know already that the last tick is committed.
    guard moment.tick <= twin.committed.tick &+ 2 else {
      throw SegmentError.wrongTick(given: moment.tick, committed: twin.committed.tick)
    }
    let rounds = rounds(at: moment)
    rounds.hear(message, from: neighbour)
    return try await rounds.told(neighbour, round: message.round)
  }

  /// Neighbours may be at a tick before this segment has heard of it.
  private func rounds(at moment: Moment) -> BalanceRounds {
    if let rounds, rounds.moment == moment { return rounds }
    // What comes late, from a tick before, must not end this one.
    if let rounds, rounds.moment.tick > moment.tick { return BalanceRounds(moment, isOver: true) }
    rounds?.abandon()
    let new = BalanceRounds(moment)
    rounds = new
    return new
  }

  // MARK: A tick

  /// Begins a tick from the committed state.
  distributed func begin(_ stamp: RoundStamp) throws -> BorderBlock {
    try check(stamp.era)
    guard introducedIn == stamp.era else { throw SegmentError.noBorder }
    return try twin.begin(stamp)
  }

  /// Moves by the border's step and computes the next round.
  distributed func advance(by step: BorderStep) throws -> BorderBlock {
    try check(step.stamp.era)
    return try twin.advance(step)
  }

  /// Its ends of the ties with a neighbour, who asks.
  distributed func ends(for neighbour: SegmentPlan.ID, at moment: Moment) throws -> [TieEnd] {
    try check(moment.era)
    try check(neighbour)
    return try twin.ends(for: neighbour, tick: moment.tick)
  }

  /// Compares its ties with its neighbours, segment to segment, and reports the tick.
  distributed func conclude(_ moment: Moment) async throws -> Conclusion {
    try check(moment.era)
    let foreign = try await foreignEnds(at: moment)
    try check(moment.era)
    return try twin.conclude(tick: moment.tick, foreign: foreign)
  }

  private func foreignEnds(at moment: Moment) async throws -> [TieEnd] {
    let own = twin.slice.segment
    let waits = waits
    let now = actorSystem.now
    return try await withThrowingTaskGroup(of: [TieEnd].self) { group in
      for (name, identity) in neighbours.sorted(by: { $0.key < $1.key }) {
        let neighbour = try Segment.resolve(id: identity, using: actorSystem)
        group.addTask {
          waits.begin(own, on: name, tick: moment.tick, at: now)
          defer { waits.end(own, on: name) }
          do {
            return try await neighbour.ends(for: own, at: moment)
          } catch let error as ClusterError where !error.isRemote {
            throw SegmentError.neighbourSilent(name, why: "\(error)")
          }
        }
      }
      var ends: [TieEnd] = []
      while let next = try await group.next() { ends += next }
      return ends
    }
  }

  /// Makes the tick its committed one; the store has it already.
  ///
  /// - Parameter equivalent: the rest of the grid at this tick, or none this time.
  distributed func commit(_ moment: Moment, equivalent: BorderEquivalent?) throws {
    try check(moment.era)
    try twin.commit(tick: moment.tick, equivalent: equivalent)
  }

  /// The committed voltage of each own bus, in the order of its slice.
  distributed func busVoltages() -> BusVoltages { BusVoltages(twin.busVoltages()) }

  // MARK: In the shadow

  /// Runs a tick by itself, which nobody accepts.
  func runShadowTick() { twin.runShadowTick() }

  /// Its ends of the ties with a neighbour who is without a coordinator, too.
  distributed func shadowEnds(for neighbour: SegmentPlan.ID) throws -> [TieEnd] {
    try check(neighbour)
    return twin.shadowEnds(for: neighbour)
  }

  /// How it is while it has one.
  func committedView() -> ShadowView { twin.shadowView(foreign: nil) }

  /// How it is without its coordinator, and how far it has drifted from its neighbours.
  func shadowView() async -> ShadowView {
    let own = twin.slice.segment
    let foreign = await withTaskGroup(of: [TieEnd]?.self) { group in
      for (_, identity) in neighbours.sorted(by: { $0.key < $1.key }) {
        guard let neighbour = try? Segment.resolve(id: identity, using: actorSystem) else {
          continue
        }
        group.addTask {
          try? await ActorCluster.withDeadline(Self.shadowPatience) {
            try await neighbour.shadowEnds(for: own)
          }
        }
      }
      var ends: [TieEnd]?
      while let next = await group.next() { if let next { ends = (ends ?? []) + next } }
      return ends
    }
    return twin.shadowView(foreign: foreign)
  }

  /// Sees that whoever speaks as a neighbour is that segment's actor.
  private func check(_ neighbour: SegmentPlan.ID) throws(SegmentError) {
    guard let caller = ActorCluster.callingActor(of: id) else { return }
    guard neighbours[neighbour] == caller else { throw .notNeighbour(neighbour) }
  }

  private func check(_ era: Int64) throws(SegmentError) {
    let current = actorSystem.era
    guard era == current else { throw .staleEra(given: era, current: current) }
  }
}

extension ClusterError {
  /// Whether a segment has given up a tick that is balanced.
  fileprivate var isAbandonment: Bool {
    guard case .remote(let failure) = self,
      case .abandoned = failure.decoded(as: SegmentError.self)
    else { return false }
    return true
  }
}

extension SegmentState {
  /// Reads a state that the store kept.
  fileprivate init(reading bytes: [UInt8]) throws(SegmentError) {
    do { try self.init(decoding: bytes) } catch { throw .unreadableState("\(error)") }
  }
}
