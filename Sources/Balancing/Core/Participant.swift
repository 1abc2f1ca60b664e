/// An agent among others: numbers what it says, drops what is repeated or overtaken, steps when the
/// trigger says so, and joins the waves that end a run.
///
///     working ⇄ calm ─ two waves in a row find all calm ─▶ over
///
/// An agent is calm when its algorithm says that it has settled, and every neighbour has acknowledged a
/// message that it sent since: so no message is in flight that says anything new. A wave goes from the
/// tree's root to its leaves and back; an agent answers that it is calm when it has been ever since its
/// last answer. All last answers come before the wave's start: so at that moment all were calm at once.
public struct Participant<Agent: BalancingAgent>: Sendable {
  public let id: Int
  public private(set) var agent: Agent
  public private(set) var isOver = false
  /// Length of the longest causal chain that ends here: of messages, and of this agent's own rounds
  /// where it goes on without any.
  public private(set) var depth = 0
  public private(set) var steps = 0
  public private(set) var traffic = Traffic()

  private let life: Int
  private let parent: Int?
  private let children: [Int]
  private var links: [Link]
  private var note = WaveNote()
  private var isCalm = false
  private var wasCalmThroughout = false
  /// The last step, or where only news makes one, the last that said anything.
  private var lastStep = -Double.infinity
  private var news = 0
  private var exchange = Exchange()

  private struct Link {
    let neighbor: Int
    var theirLife = 0
    var theirSequence = 0
    var isNews = false
    var sequence = 0
    var acknowledged = 0
    /// The first message of the calm, or one that is not sent yet.
    var calmSequence = 1
    var last: Message?
    var note = WaveNote()
    /// A message that waits for the next round.
    var early: Message?
    /// Messages that came after the end.
    var late = 0
  }

  public init(_ agent: Agent, id: Int, tree: SpanningTree, life: Int = 0) {
    self.agent = agent
    self.id = id
    self.life = life
    parent = tree.parent[id]
    children = tree.children[id]
    links = agent.neighbors.map { Link(neighbor: $0) }
  }

  /// Takes in a message. Returns whether it was news.
  @discardableResult
  public mutating func receive(_ message: Message) -> Bool {
    guard let place = links.firstIndex(where: { $0.neighbor == message.sender }) else {
      return false
    }
    guard message.life >= links[place].theirLife else { return false }
    if message.life > links[place].theirLife {
      links[place].theirLife = message.life
      links[place].theirSequence = 0
      links[place].acknowledged = 0
    }
    guard message.sequence > links[place].theirSequence else { return false }
    guard !isEarly(message, place) else {
      guard message.sequence > links[place].early?.sequence ?? 0 else { return false }
      links[place].early = message
      return true
    }
    take(message, place)
    return true
  }

  private mutating func take(_ message: Message, _ place: Int) {
    links[place].theirSequence = message.sequence
    if message.heardLife == life {
      links[place].acknowledged = max(links[place].acknowledged, message.heard)
    }
    links[place].note = message.wave
    if message.wave.isOver {
      note.isOver = true
      isOver = true
    }
    guard !isOver else { return }
    depth = max(depth, message.depth)
    if !links[place].isNews {
      links[place].isNews = true
      news += 1
    }
    var message = message
    message.unheard = links[place].sequence - (message.heardLife == life ? message.heard : 0)
    agent.absorb(message)
  }

  /// The time of the next step, if no message comes first.
  public var dueTime: Double {
    if isOver { return .infinity }
    let patience: Double? =
      switch agent.trigger {
      case .everyNeighbor(let patience): patience
      case .neighbors(_, let patience), .everyMessage(let patience): patience
      }
    guard lastStep > -.infinity else { return 0 }
    return patience.map { lastStep + $0 } ?? .infinity
  }

  /// Whether the messages that came are enough for a step.
  public var isReady: Bool {
    if isOver { return false }
    switch agent.trigger {
    case .everyNeighbor: return news == links.count
    case .neighbors(let count, _): return news >= min(count, links.count)
    case .everyMessage: return news > 0
    }
  }

  /// Steps, and returns what is said to whom.
  public mutating func step(at time: Double) -> [Message] {
    precondition(!isOver, "Who is done steps no more.")
    let hasNews = news > 0 || steps == 0
    let isFirst = lastStep == -.infinity
    let isOverdue = time >= dueTime
    exchange.clear()
    if hasNews || repeatsItself {
      steps += 1
      if repeatsItself { depth += 1 }
      agent.step(through: &exchange)
    }
    news = 0
    for place in links.indices { links[place].isNews = false }
    judge()
    var messages: [Message] = []
    for said in exchange.outbox {
      guard let place = links.firstIndex(where: { $0.neighbor == said.receiver }) else {
        preconditionFailure("An agent talks with its neighbours only.")
      }
      var message = Message(from: id, to: said.receiver, stamp: said.stamp, words: said.words)
      message.depth = repeatsItself ? depth : depth + 1
      messages.append(send(message, over: place))
    }
    // News from some must not keep from being asked again those who heard nothing.
    if !repeatsItself, isOverdue, !isFirst {
      messages += repeated(except: messages.map(\.receiver))
    }
    if repeatsItself || isOverdue || !messages.isEmpty { lastStep = time }
    return messages
  }

  /// Takes in what came early; after each step.
  public mutating func takeEarly() {
    for place in links.indices {
      guard let early = links[place].early else { continue }
      links[place].early = nil
      if !isOver { take(early, place) }
    }
  }

  /// What one who has just heard that all is over says, once, to every neighbour: also to those who may
  /// know it, so that it makes no difference who told it first.
  public mutating func farewells() -> [Message] {
    guard isOver else { return [] }
    return links.indices.compactMap { place in
      links[place].last.map { send($0, over: place) }
    }
  }

  /// What one who is done says to a neighbour that goes on speaking: the news was lost.
  public mutating func farewell(to neighbor: Int) -> Message? {
    guard isOver, let place = links.firstIndex(where: { $0.neighbor == neighbor }),
      !links[place].note.isDone, let last = links[place].last
    else { return nil }
    links[place].late += 1
    guard links[place].late > crossing else { return nil }
    return send(last, over: place)
  }

  /// How many messages of a neighbour may cross with the news that all is over: the one that it sent
  /// before, and the one that it sent on hearing the last before.
  private var crossing: Int { repeatsItself ? 2 : 0 }

  /// Whether a message belongs to the next round: it answers what was said last, and nothing new has
  /// been said since. An agent that took it in now would mix two rounds, and an iteration that alternates
  /// so need not converge. It waits for the step.
  private func isEarly(_ message: Message, _ place: Int) -> Bool {
    isLockstep && !isOver && message.heardLife == life
      && message.heard == links[place].sequence
  }

  /// Whether it steps once in every round, with a word of every neighbour.
  public var isLockstep: Bool {
    if case .everyNeighbor = agent.trigger { true } else { false }
  }

  /// The round in which this agent is, from zero: the time in a run without faults.
  public var round: Int { repeatsItself ? depth - 1 : depth }

  /// Rounds go on without news; who waits for answers only says again what it said.
  private var repeatsItself: Bool {
    if case .everyMessage = agent.trigger { false } else { true }
  }

  /// Also what was acknowledged: the answer to it may be lost.
  private mutating func repeated(except spoken: [Int]) -> [Message] {
    var messages: [Message] = []
    for place in links.indices where !spoken.contains(links[place].neighbor) {
      guard let last = links[place].last else { continue }
      messages.append(send(last, over: place))
    }
    return messages
  }

  private mutating func send(_ message: Message, over place: Int) -> Message {
    var message = message
    links[place].sequence += 1
    message.life = life
    message.sequence = links[place].sequence
    message.heardLife = links[place].theirLife
    message.heard = links[place].theirSequence
    note.isDone = isOver
    message.wave = note
    links[place].last = message
    traffic.count(message)
    return message
  }

  // MARK: Ending

  private mutating func judge() {
    let confidence = agent.opinion.confidence
    if confidence == .final { isOver = true }
    let settled = confidence != .none
    if !settled || steps == 1 {
      for place in links.indices { links[place].calmSequence = links[place].sequence + 2 }
    }
    isCalm =
      settled && links.allSatisfy { $0.acknowledged >= $0.calmSequence }
    if !isCalm { wasCalmThroughout = false }
    if confidence != .final { joinWaves() }
  }

  private mutating func joinWaves() {
    for link in links where link.neighbor == parent || children.contains(link.neighbor) {
      note.number = max(note.number, link.note.number)
    }
    while note.answered < note.number {
      var allCalm = isCalm && wasCalmThroughout
      for link in links where children.contains(link.neighbor) {
        guard link.note.answered >= note.number else { return }
        if !link.note.isCalm { allCalm = false }
      }
      note.answered = note.number
      note.isCalm = allCalm
      wasCalmThroughout = isCalm
      guard parent == nil else { return }
      if allCalm {
        note.isOver = true
        isOver = true
        return
      }
      note.number += 1
      // Who is alone answers itself, once a step.
      if children.isEmpty { return }
    }
  }
}
