import ActorCluster
import Balancing
import Experiments

/// One agent in one run, between its process's network and its algorithm.
struct AgentSession {
  let run: Int
  private let agent: Int
  private var participant: Participant<AnyAgent>
  private var links: FaultyLinks
  private let hasFaults: Bool
  private let couriers: [Int: Courier]
  private let reporter: Reporter
  private let cluster: ActorCluster
  private let round_s: Double
  private var start_s = MonotonicClock.now_s
  private var deepest = 0
  private var transit_s = 0.0
  private var staleness = (sum: 0.0, worst: 0.0, count: 0.0)

  init(
    _ order: RunOrder, agent: Int, _ brain: AnyAgent, _ tree: SpanningTree,
    _ prepared: PreparedExperiment, _ identity: ActorIdentity, _ cluster: ActorCluster
  ) {
    run = order.run
    self.agent = agent
    self.cluster = cluster
    participant = Participant(brain, id: agent, tree: tree, life: order.life)
    hasFaults = !prepared.faults.isEmpty
    links = FaultyLinks(prepared.faults, seed: order.seed)
    round_s = prepared.round_s
    let places = Dictionary(uniqueKeysWithValues: order.places.map { ($0.agent, $0) })
    couriers = Dictionary(
      uniqueKeysWithValues: brain.neighbors.compactMap { neighbor in
        places[neighbor].map {
          (neighbor, Courier(cluster, from: identity, to: $0, run: order.run))
        }
      })
    reporter = Reporter(cluster, from: identity)
  }

  /// The agent's algorithm, as it stands.
  var brain: AnyAgent { participant.agent }

  mutating func begin() { start_s = MonotonicClock.now_s }

  var isOver: Bool { participant.isOver }

  /// Whether a step is due, for news or for want of it.
  var isReady: Bool { !isOver && (participant.isReady || participant.dueTime <= time) }

  /// Seconds until somebody is waited for in vain; `nil` when nobody is.
  var patience_s: Double? {
    let due = participant.dueTime
    return due.isFinite ? max(0, (due - time) * round_s) : nil
  }

  /// In rounds, since the beginning.
  private var time: Double { (MonotonicClock.now_s - start_s) / round_s }

  /// Takes in a message that was sent at a moment.
  mutating func hear(_ message: Message, sent_s: Double) {
    if sent_s > 0 { transit_s = max(transit_s, MonotonicClock.now_s - sent_s) }
    if participant.isOver {
      if participant.receive(message), let farewell = participant.farewell(to: message.sender) {
        post([farewell])
      }
      return
    }
    guard participant.receive(message) else { return }
    let age = Double(max(1, participant.round + 2 - message.depth))
    staleness = (staleness.sum + age, max(staleness.worst, age), staleness.count + 1)
    if participant.isOver { endWithOthers() }
  }

  private mutating func endWithOthers() {
    post(participant.farewells())
    report(row: participant.round + 2, step_s: 0)
  }

  /// Steps once.
  ///
  /// - Parameter spent_s: how long an agent elsewhere took for it.
  mutating func step(spent_s: Double = 0) {
    let start = MonotonicClock.now_s
    let messages = participant.step(at: time)
    let step_s = MonotonicClock.now_s - start + spent_s
    post(messages)
    report(row: participant.round + 1, step_s: step_s)
    guard !participant.isOver else { return }
    participant.takeEarly()
    if participant.isOver { endWithOthers() }
  }

  private mutating func post(_ messages: [Message]) {
    for message in messages {
      deepest = max(deepest, message.depth)
      guard let courier = couriers[message.receiver] else { continue }
      guard hasFaults else {
        courier.send(message)
        continue
      }
      let now = Double(participant.round)
      for arrival in links.carry(message, at: now) {
        let wait_s = (arrival.time - now - 1) * round_s
        guard wait_s > 0 else {
          courier.send(arrival.message)
          continue
        }
        let cluster = cluster
        _ = cluster.task {
          try? await cluster.sleep(for: .seconds(wait_s))
          courier.send(arrival.message)
        }
      }
    }
  }

  private mutating func report(row: Int, step_s: Double) {
    let opinion = participant.agent.opinion
    let traffic = participant.traffic
    reporter.send(
      AgentReport(
        run: run, agent: agent, row: row, deepest: deepest, decision: opinion.decision,
        quantities: opinion.copies.map(\.quantity), values: opinion.copies.map(\.value),
        messages: traffic.messages, words: traffic.words, bytes: traffic.bytes, step_s: step_s,
        transit_s: transit_s, staleness: [staleness.sum, staleness.worst, staleness.count],
        isOver: participant.isOver))
    transit_s = 0
  }

  func end() {
    for courier in couriers.values { courier.end() }
    reporter.end()
  }
}

extension PreparedExperiment {
  /// How long a round is that an agent waits for in vain. Without faults nobody does: then it is long,
  /// so that a busy machine makes no difference.
  var round_s: Double { experiment.round_s ?? (faults.isEmpty ? 5 : 0.02) }
}
