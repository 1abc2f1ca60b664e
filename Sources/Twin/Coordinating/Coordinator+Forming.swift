import ActorCluster
import Distributed
import GridModel
import PowerFlow
import TwinStore

/// Ownership: how a twin forms, and how its segments move.
extension Coordinator {
  /// Takes over the store, waits for the plan's nodes, hands out the segments and joins their
  /// borders. On a store with ticks it goes on after the last one, with the nodes that come.
  package func form(_ plan: TwinPlan, within timeout: Duration) async throws(TwinFailure) {
    let charter = plan.charter
    do {
      try store.claim(try plan.label(), slices: try plan.encodedSlices())
    } catch let error as StoreError {
      throw .store(error)
    } catch {
      throw .gaveUp(tick: 0, attempts: 1, why: "\(error)")
    }
    watch()
    let tick = try nextTick()
    tell(
      .coordinatorStarted,
      tick == 0
        ? "the coordinator of \(charter.name) waits for \(charter.nodes.count) nodes"
        : "the coordinator of \(charter.name) goes on at tick \(tick)")
    try await wait(
      for: charter.nodes, within: timeout,
      orWithFewerAfter: tick > 0 ? min(settings.restartGrace, timeout) : nil)
    self.charter = charter
    ledger = Ledger(charter.segments)
    (borderPlan, border) = (nil, nil)
    storeEra = nil
    try await repeating(tick) { [self] in try await settle() }
  }

  private func wait(
    for nodes: [NodeName], within timeout: Duration, orWithFewerAfter grace: Duration?
  ) async throws(TwinFailure) {
    let start = actorSystem.now
    while true {
      let members = detector.members
      let waited = actorSystem.now - start
      if nodes.allSatisfy(members.contains) { return }
      if let grace, waited >= grace, !members.isEmpty { return }
      guard waited < timeout, !Task.isCancelled else {
        throw .missing(
          nodes: nodes.filter { !members.contains($0) },
          strangers: members.filter { !nodes.contains($0) }, waited: timeout)
      }
      try? await actorSystem.sleep(for: Self.joinPoll)
    }
  }

  /// Who should own what, with the nodes that live now; `nil` when there is none.
  func wantedOwners() -> [NodeName]? {
    charter?.placement.owners(among: detector.members, present: ledger.owners)
  }

  /// Whether every segment is where it should be, in a membership that still lasts.
  var isInOrder: Bool {
    ledger.isSettled && wantedOwners().map { $0 == ledger.owners } ?? false
      && ledger.holdings.allSatisfy { holding in
        holding.owner.map { roster[$0]?.term == holding.term } ?? false
      }
  }

  /// Changes ownership: raises the era, so that nothing of the tick in flight is accepted any more,
  /// moves segments to who should own them, and takes everyone back to what the store holds.
  func settle() async throws {
    guard let charter, let owners = wantedOwners() else { throw NoNodeLeft() }
    ledger.isSettled = false
    let era = try raiseEra()
    forgetLapsedTerms()
    let moved = ledger.assign(owners)
    for (node, segments) in moved.sorted(by: { $0.key < $1.key }) {
      tell(
        .segmentsMoved, node: node, segments: segments.map(\.text),
        "era \(era): \(segments.map(\.text).joined(separator: ", ")) on node \(node)")
    }
    if moved.isEmpty { tell(.eraRaised, "era \(era): the tick in flight is thrown away") }
    try await enter(era)
    try await handOut()
    if borderPlan == nil { try plan(charter) }
    try await introduce(charter, era: era)
    ledger.isSettled = true
  }

  /// Raises the era in the store and then here. At its start a coordinator takes the store over,
  /// whoever had it; later it must have it.
  private func raiseEra() throws(StoreError) -> Int64 {
    var era: Int64
    if let own = storeEra {
      era = try store.raiseEra(from: own)
    } else {
      era = try store.raiseEra()
    }
    // Nobody may be ahead of the store.
    while era < actorSystem.era { era = try store.raiseEra(from: era) }
    storeEra = era
    return actorSystem.adopt(era: era)
  }

  /// A node that left and came back has nothing that we gave it.
  private func forgetLapsedTerms() {
    for position in ledger.holdings.indices {
      guard let owner = ledger.holdings[position].owner, let term = ledger.holdings[position].term
      else { continue }
      if roster[owner]?.term != term { ledger.holdings[position].term = nil }
    }
  }

  /// Tells every member, also one that owns nothing any more.
  private func enter(_ era: Int64) async throws {
    let ledger = ledger
    try await withThrowingTaskGroup(of: Void.self) { group in
      for node in detector.members {
        let segments = ledger.segments(of: node)
        group.addTask {
          do {
            try await self.agent(of: node)
              .enter(era: era, owning: segments, reign: self.settings.reign)
          } catch ClusterError.staleEra(let current) where current > era {
            await self.expel(node, era: current)
            throw ClusterError.staleEra(current: current)
          } catch {
            // Who owns nothing may be slow; the era keeps it from acting.
            guard segments.isEmpty else { throw error }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// A node from a later era than the store has ever been in has served another store.
  private func expel(_ node: NodeName, era: Int64) {
    tell(
      .nodeLost, node: node, segments: ledger.segments(of: node).map(\.text),
      "node \(node) lives in era \(era) and the store in era \(actorSystem.era): it has served a twin "
        + "with another store; end it and start it again")
    roster[node] = nil
    detector.forget(node)
  }

  /// Brings slices to those who do not have them, node by node at the same time.
  private func handOut() async throws {
    let waiting = ledger.holdings.indices.filter { ledger.holdings[$0].term == nil }
    let byOwner = Dictionary(grouping: waiting) { ledger.holdings[$0].owner! }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (node, positions) in byOwner.sorted(by: { $0.key < $1.key }) {
        group.addTask { try await self.handOut(positions, to: node) }
      }
      try await group.waitForAll()
    }
  }

  private func handOut(_ positions: [Int], to node: NodeName) async throws {
    guard let term = roster[node]?.term else { throw NoNodeLeft() }
    let agent = try agent(of: node)
    for position in positions {
      let segment = ledger.holdings[position].segment
      guard let bytes = try store.slice(of: segment.text) else {
        preconditionFailure("A store that was claimed has every slice.")
      }
      var structure: NetworkStructure?
      for part in SlicePart.cut(bytes, of: segment) { structure = try await agent.host(part) }
      guard let structure else { throw SegmentError.notHosted(segment) }
      ledger.holdings[position].structure = structure
      ledger.holdings[position].term = term
    }
  }

  /// Makes the border of the twin from the shapes of its segments, once.
  private func plan(_ charter: TwinCharter) throws {
    let plan = BorderPlan(
      joining: ledger.holdings.map { $0.structure! }, topologyVersion: charter.topologyVersion,
      roleVersion: 1)
    let border = try BorderSystem(
      plan, segments: charter.segments, touched: charter.parts.map(\.border), base: charter.base)
    equivalentMaker = try EquivalentMaker(for: border)
    self.border = border
    borderPlan = plan
  }

  /// Tells every segment its part of the border, where its neighbours are, and what the store holds.
  private func introduce(_ charter: TwinCharter, era: Int64) async throws {
    let committed = try store.lastCommit()
    let cards = Dictionary(
      uniqueKeysWithValues: try ledger.holdings.indices.map { position in
        let segment = ledger.holdings[position].segment
        guard let card = ledger.holdings[position].owner.flatMap({ roster[$0]?.card }) else {
          throw NoNodeLeft()
        }
        return (
          segment,
          NeighbourCard(
            segment: segment, actor: ledger.identity(of: position), host: card.host,
            port: card.port, seenAt: actorSystem.lastSeen(card.node))
        )
      })
    let introductions = charter.parts.enumerated().map { position, part in
      Introduction(
        era: era, neighbours: part.neighbours.map { cards[$0]! },
        view: borderPlan!.view(
          of: position, touching: part.border, structure: ledger.holdings[position].structure!),
        state: committed?.states[position].state ?? [])
    }
    _ = try await everyone("its entry into era \(era)") { position, segment in
      try await segment.introduce(introductions[position])
    }
  }
}

/// Nobody is there who could own a segment.
struct NoNodeLeft: Error, CustomStringConvertible {
  let description = "no node is there"
}
