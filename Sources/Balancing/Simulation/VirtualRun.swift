/// Runs an algorithm in one process, in virtual rounds: the same problem, algorithm, faults and seed
/// always give the same run, bit for bit.
public struct VirtualRun<Problem: BalancingProblem, Agent: BalancingAgent>: Sendable {
  public struct Options: Sendable {
    public var seed: UInt64 = 1
    public var faults: [Fault] = []
    /// The run ends after so many rounds of virtual time.
    public var budget = 1_000
    /// End as soon as the referee accepts the answer, without asking the agents.
    public var stopsAtReferee = false
    /// Let the referee look after every so many rounds; zero for only at the end.
    public var interval = 1
    /// Times steps, for the critical path.
    public var stopwatch: Stopwatch?

    public init() {}
  }

  /// Seconds since a fixed moment.
  public struct Stopwatch: Sendable {
    public let now: @Sendable () -> Double

    public init(_ now: @escaping @Sendable () -> Double) { self.now = now }
  }

  private let referee: Referee<Problem>
  private let options: Options
  private let initial: [Agent]
  private let tree: SpanningTree
  private var participants: [Participant<Agent>]
  private var isAlive: [Bool]
  private var lives: [Int]
  private var links: FaultyLinks
  private var queue = EventQueue<RunEvent>()
  private var waiting: [Double]
  private var lost = Traffic()
  private var deepest = 0
  /// For each round the longest step.
  private var slowest: [Int: Double] = [:]
  private var staleness = (sum: 0.0, worst: 0.0, count: 0)
  private var trace: [TraceRow] = []
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  public init(_ referee: Referee<Problem>, agents: [Agent], options: Options = Options()) {
    precondition(agents.count == referee.problem.agentCount, "One agent for each of the problem's.")
    self.referee = referee
    self.options = options
    initial = agents
    let tree = SpanningTree(agents.map(\.neighbors))
    self.tree = tree
    participants = agents.enumerated().map { Participant($1, id: $0, tree: tree) }
    isAlive = agents.map { _ in true }
    lives = agents.map { _ in 0 }
    waiting = agents.map { _ in -1 }
    links = FaultyLinks(options.faults, seed: options.seed)
  }

  /// Runs to the end.
  public mutating func run() -> RunResult {
    for agent in participants.indices { wake(agent, at: 0) }
    for fault in options.faults where fault.kind == .kill {
      guard case .agent(let agent) = fault.place else { continue }
      queue.add(.kill(agent), at: fault.window.lowerBound, rank: 0)
      if fault.window.upperBound.isFinite {
        queue.add(.restart(agent), at: fault.window.upperBound, rank: 1)
      }
    }
    if options.interval > 0 { queue.add(.look, at: Double(options.interval) - 0.5, rank: 4) }
    var now = 0.0
    var accepted = false
    while !queue.isEmpty, queue.nextTime < Double(options.budget), !accepted {
      let (time, event) = queue.removeFirst()
      now = time
      switch event {
      case .delivery(let message, let sent): deliver(message, sent: sent, at: time)
      case .timer(let agent, let life):
        guard isAlive[agent], lives[agent] == life, waiting[agent] == time else { continue }
        step(agent, at: time)
      case .kill(let agent):
        isAlive[agent] = false
        someEnded = true
        lost.add(participants[agent].traffic)
      case .restart(let agent):
        isAlive[agent] = true
        lives[agent] += 1
        waiting[agent] = -1
        participants[agent] = Participant(
          initial[agent], id: agent, tree: tree, life: lives[agent])
        wake(agent, at: time)
      case .look:
        accepted = look(at: time)
        queue.add(.look, at: time + Double(options.interval), rank: 4)
      }
      if someEnded {
        someEnded = false
        if allOver { break }
      }
    }
    return result(at: now, accepted: accepted)
  }

  /// The agents as they stand.
  public var agents: [Agent] { participants.map(\.agent) }

  /// Whether an agent ended or died since all were last looked at.
  private var someEnded = false

  private var allOver: Bool {
    participants.indices.allSatisfy { !isAlive[$0] || participants[$0].isOver }
  }

  private mutating func deliver(_ message: Message, sent: Double, at time: Double) {
    let agent = message.receiver
    guard isAlive[agent] else { return }
    if participants[agent].isOver {
      if participants[agent].receive(message),
        let farewell = participants[agent].farewell(to: message.sender)
      {
        post(farewell, at: time)
      }
      return
    }
    guard participants[agent].receive(message) else { return }
    if participants[agent].isOver {
      someEnded = true
      for farewell in participants[agent].farewells() { post(farewell, at: time) }
    }
    let age = time - sent
    staleness = (staleness.sum + age, max(staleness.worst, age), staleness.count + 1)
    note(message, at: time)
    // Deliveries of one moment come first; then those step who can.
    if participants[agent].isReady { schedule(agent, at: time, rank: 2) }
  }

  private mutating func step(_ agent: Int, at time: Double) {
    guard !participants[agent].isOver else { return }
    waiting[agent] = -1
    let start = options.stopwatch?.now()
    let messages = participants[agent].step(at: time)
    if let stopwatch = options.stopwatch, let start {
      slowest[Int(time), default: 0] = max(slowest[Int(time), default: 0], stopwatch.now() - start)
    }
    for message in messages {
      deepest = max(deepest, message.depth)
      post(message, at: time)
    }
    if !participants[agent].isOver {
      participants[agent].takeEarly()
      for farewell in participants[agent].farewells() { post(farewell, at: time) }
    }
    if participants[agent].isOver { someEnded = true }
    if participants[agent].isReady { schedule(agent, at: time, rank: 2) }
    wake(agent, at: time)
  }

  private mutating func wake(_ agent: Int, at time: Double) {
    let due = participants[agent].dueTime
    if due.isFinite { schedule(agent, at: max(time, due), rank: 3) }
  }

  private mutating func schedule(_ agent: Int, at time: Double, rank: Int) {
    if waiting[agent] >= 0, waiting[agent] <= time { return }
    waiting[agent] = time
    queue.add(.timer(agent, life: lives[agent]), at: time, rank: rank)
  }

  private mutating func post(_ message: Message, at time: Double) {
    for arrival in links.carry(message, at: time) {
      queue.add(.delivery(arrival.message, sent: time), at: arrival.time, rank: 1)
    }
  }

  // MARK: What the referee sees

  private mutating func look(at time: Double) -> Bool {
    let score = referee.score(participants.map(\.agent.opinion))
    trace.append(
      TraceRow(
        round: trace.count * options.interval + options.interval, score: score, traffic: traffic))
    return options.stopsAtReferee && referee.accepts(score)
  }

  private var traffic: Traffic {
    var sum = lost
    for agent in participants.indices where isAlive[agent] {
      sum.add(participants[agent].traffic)
    }
    return sum
  }

  private mutating func note(_ message: Message, at time: Double) {
    func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x0000_0100_0000_01b3 }
    mix(time.bitPattern)
    mix(UInt64(message.sender) << 32 | UInt64(message.receiver))
    mix(UInt64(message.sequence))
    for word in message.words { mix(word.bitPattern) }
  }

  private func result(at time: Double, accepted: Bool) -> RunResult {
    let score = referee.score(participants.map(\.agent.opinion))
    let stop: Stop =
      if accepted || allOver {
        referee.accepts(score) ? .true : .falseConvergence
      } else {
        .budget
      }
    return RunResult(
      stop: stop, rounds: accepted ? participants.reduce(0) { max($0, $1.depth) } : deepest,
      time: time,
      score: score, traffic: traffic,
      meanStaleness: staleness.count > 0 ? staleness.sum / Double(staleness.count) : 0,
      worstStaleness: staleness.worst, criticalPath_s: slowest.values.reduce(0, +),
      traceHash: hash, trace: trace)
  }
}

/// What happens in a run.
private enum RunEvent: Sendable {
  case delivery(Message, sent: Double)
  case timer(Int, life: Int)
  case kill(Int)
  case restart(Int)
  case look
}

/// What came of a run.
public struct RunResult: Sendable, Equatable {
  public var stop: Stop
  /// The longest causal chain of messages and steps: up to the answer, where the referee accepts one.
  public var rounds: Int
  /// Virtual time, in rounds: the critical path with every step free and every message's delay.
  public var time: Double
  public var score: Score
  public var traffic: Traffic
  /// Rounds between the sending and the use of a message.
  public var meanStaleness: Double
  public var worstStaleness: Double
  /// The slowest step of each round, together; zero without a stopwatch.
  public var criticalPath_s: Double
  /// Of every message that was taken in, with its time and its words.
  public var traceHash: UInt64
  public var trace: [TraceRow]

  public init(
    stop: Stop, rounds: Int, time: Double, score: Score, traffic: Traffic, meanStaleness: Double,
    worstStaleness: Double, criticalPath_s: Double, traceHash: UInt64, trace: [TraceRow]
  ) {
    self.stop = stop
    self.rounds = rounds
    self.time = time
    self.score = score
    self.traffic = traffic
    self.meanStaleness = meanStaleness
    self.worstStaleness = worstStaleness
    self.criticalPath_s = criticalPath_s
    self.traceHash = traceHash
    self.trace = trace
  }
}

/// What the referee saw after a round.
public struct TraceRow: Sendable, Equatable, Codable {
  public var round: Int
  public var score: Score
  public var traffic: Traffic

  public init(round: Int, score: Score, traffic: Traffic) {
    self.round = round
    self.score = score
    self.traffic = traffic
  }
}
