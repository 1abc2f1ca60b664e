import ActorCluster
import Distributed
import TwinIdentity

/// Heartbeats: the coordinator asks its nodes whether they live, and acts on what the detector makes
/// of the answers.
extension Coordinator {
  /// Starts the heartbeats, once.
  func watch() {
    guard watching == nil else { return }
    watching = actorSystem.task { await ActorCluster.onOwnBehalf { await self.keepWatch() } }
  }

  private func keepWatch() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.followConnections() }
      while !Task.isCancelled {
        for action in detector.tick(at: actorSystem.now) {
          switch action {
          case .ask(let node):
            guard let term = roster[node]?.term else { continue }
            group.addTask { await self.ask(node, term: term) }
          case .announceLost(let node, _): announceLost(node)
          case .forget(let node): roster[node] = nil
          }
        }
        lookForStall()
        tellOfOwnRefusals()
        do { try await sleepUntilNextLook() } catch { break }
      }
      group.cancelAll()
    }
  }

  /// Sleeps until the detector has something to do or the tick has stood still for too long, an
  /// interval at most: meanwhile another tick may begin.
  private func sleepUntilNextLook() async throws(CancellationError) {
    nextLook = OneShot()
    var time = actorSystem.now + detector.heartbeats.interval
    if let look = detector.nextLook { time = min(time, look) }
    if !progress.isTold, let since = progress.since { time = min(time, since + settings.stall) }
    try await actorSystem.runtime.sleep(until: time, orUntil: nextLook)
  }

  /// Tells the heartbeats that there may be something to do before their time.
  func lookSoon() { nextLook.fulfil(.success(())) }

  /// Something went wrong with a node: it is asked whether it lives.
  func suspect(_ node: NodeName) {
    detector.suspect(node, at: actorSystem.now)
    lookSoon()
  }

  /// A broken connection is a reason to ask at once, and no more: networks break them too.
  private func followConnections() async {
    for await event in actorSystem.peerEvents {
      if case .lost(let node) = event { suspect(node) }
    }
  }

  private func ask(_ node: NodeName, term: Int) async {
    let start = actorSystem.now
    do {
      let pulse = try await ActorCluster.withDeadline(detector.heartbeats.silence) {
        try await agent(of: node).heartbeat()
      }
      // A node that joined anew meanwhile is asked anew.
      guard roster[node]?.term == term else { return }
      roster[node]!.pulse = pulse
      roster[node]!.answerTime = actorSystem.now - start
      let news = roster[node]!.refusals.news(
        of: node, calls: pulse.refusedCalls, connections: pulse.refusedConnections,
        at: actorSystem.now)
      for each in news { tell(each.kind, node: node, each.text) }
      if detector.answered(node, at: actorSystem.now) {
        tell(.nodeJoined, node: node, "node \(node) is in the twin")
        rememberNodes()
      }
      await sendDenyList(to: node, term: term)
    } catch {
      guard roster[node]?.term == term, !Task.isCancelled else { return }
      metrics.missedHeartbeat(of: node.rawValue)
      detector.failed(node, at: actorSystem.now)
      lookSoon()
    }
  }

  /// Lets every node know who is revoked: those that live with their next heartbeat, others when they
  /// join.
  ///
  /// - Parameter words: what the list says, for the events.
  package func spread(_ list: SignedDenyList, saying words: String) {
    denyList = list
    tell(.denyListChanged, words)
    lookSoon()
  }

  /// Sends the deny list to a node that has just answered, unless it has it.
  private func sendDenyList(to node: NodeName, term: Int) async {
    guard let list = denyList, let membership = roster[node], membership.term == term,
      membership.denyList != list
    else { return }
    // Who does not take it in time is asked whether it lives, and gets it then.
    guard
      (try? await ActorCluster.withDeadline(
        Self.patience, { try await agent(of: node).deny(list) })) != nil,
      roster[node]?.term == term
    else { return }
    roster[node]!.denyList = list
  }

  private func tellOfOwnRefusals() {
    let node = actorSystem.node
    let news = refusals.news(
      of: node, calls: actorSystem.refusedCalls, connections: actorSystem.refusedConnections,
      at: actorSystem.now)
    for each in news { tell(each.kind, node: node, each.text) }
  }

  /// Tells of a lost node, and interrupts whoever waits for it.
  func announceLost(_ node: NodeName) {
    let silence = detector.silence(of: node, at: actorSystem.now) ?? .zero
    let segments = ledger.segments(of: node)
    tell(
      .nodeLost, node: node, segments: segments.map(\.text),
      "node \(node) is lost: no answer for \(Int(silence.milliseconds)) ms"
        + (segments.isEmpty
          ? "" : "; it owned \(segments.map(\.text).joined(separator: ", "))"))
    guard !segments.isEmpty else { return }
    ledger.isSettled = false
    loss?.fulfil(.success(()))
  }

  /// Tells whoever watches.
  func tell(
    _ kind: TwinEvent.Kind, node: NodeName? = nil, segments: [String] = [], _ text: String
  ) {
    let event = TwinEvent(
      kind: kind, era: actorSystem.era, tick: progress.tick, node: node, segments: segments,
      text: text)
    if kind == .tickRepeated { metrics.ticksRepeated.increment() }
    shelf.add(event, at: actorSystem.now)
    events.record(event)
  }
}
