import ActorCluster
import Distributed
import SimulatedCluster
import Synchronization
import Twin
import TwinStore

/// The processes of a twin, what happens to them, and who watches.
final class DisasterWorld: Sendable {
  let disaster: Disaster
  let settings: DisasterSettings
  let runtime: SimulatedRuntime
  let network: SimulatedNetwork
  private let plan: TwinPlan
  private let store: any Store
  private let state: Mutex<State>
  /// Whether a fault waits for messages: asked at every message.
  private let isArmed = Atomic(false)

  /// A process that runs.
  private struct Process {
    var start: Int
    var main: Task<Void, Never>
    /// The coordinator's way to the store.
    var store: FaultyStore?
  }

  private struct State {
    var referee: Referee
    var processes: [NodeName: Process] = [:]
    /// Processes that crashed and come to their end unseen.
    var ending: [Task<Void, Never>] = []
    var starts: [NodeName: Int] = [:]
    var exits: [String] = []
    /// When the first tick was committed: faults are counted from here.
    var origin: Duration?
    var commitsSinceCalm = 0
    var hashes: [UInt64] = []
    var ways = FaultyWays()
    /// Faults that wait for messages of a tick.
    var armed: [ArmedFault] = []
    var storeCrash: StoreCrash?
    var begun: [String] = []
    var isShuttingDown = false
    var trace = TraceLog()
  }

  /// A fault that begins when this many messages of a tick were sent.
  private struct ArmedFault {
    var fault: Fault
    var messages: Int
  }

  init(
    _ disaster: Disaster, settings: DisasterSettings, runtime: SimulatedRuntime
  ) throws {
    self.disaster = disaster
    self.settings = settings
    self.runtime = runtime
    network = SimulatedNetwork(runtime: runtime, authority: CallTable())
    plan = try DisasterGrid.plan(balancedBy: settings.balancing)
    store = settings.makeStore()
    state = Mutex(
      State(
        referee: Referee(expected: settings.expected),
        trace: TraceLog(length: settings.traceLength)))
  }

  // MARK: What the run asks

  struct Progress {
    var ticks: Int64
    /// When the last fault is over; `nil` before the first commit.
    var calm: Duration?
    var commitsSinceCalm: Int
  }

  var progress: Progress {
    state.withLock { state in
      Progress(
        ticks: state.referee.lastTick + 1, calm: state.origin.map { $0 + Disaster.length },
        commitsSinceCalm: state.commitsSinceCalm)
    }
  }

  var outcome: DisasterOutcome {
    let now = runtime.now
    return state.withLock { state in
      DisasterOutcome(
        seed: disaster.seed, violations: state.referee.violations, traceHash: network.traceHash,
        messages: network.messageCount, simulated: now, ticks: state.referee.lastTick + 1,
        hashes: state.hashes, eras: state.referee.era,
        coordinatorStarts: state.starts[Disaster.coordinator] ?? 0, exits: state.exits,
        strays: runtime.strayCount, contributions: state.referee.contributions,
        faults: state.begun + (disaster.clocks.isEmpty ? [] : ["clock skew"]),
        trace: state.trace.lines)
    }
  }

  /// Starts everybody.
  func begin() {
    network.rewriteRequests(settings.rewrite)
    network.onArrival { [self] message in
      state.withLock { $0.referee.arrived(message) }
    }
    if settings.traceLength > 0 || disaster.faults.contains(where: { $0.tickMessages != nil }) {
      network.onMessage { [self] message in sent(message) }
    }
    for node in [Disaster.coordinator] + Disaster.nodes { start(node) }
  }

  /// Judges whether the twin got on after the last fault.
  func judgeTheEnd() {
    let now = runtime.now
    state.withLock { state in
      guard state.referee.lastTick + 1 < settings.maximumTicks else { return }
      let calm = state.origin.map { $0 + Disaster.length } ?? .zero
      state.referee.end(at: now, calmSince: calm, limit: settings.limit)
    }
  }

  /// Ends every process and waits for it.
  func shutDown() async {
    for node in [Disaster.coordinator] + Disaster.nodes { network.resume(node) }
    let mains = state.withLock { state in
      state.isShuttingDown = true
      return state.ending
        + state.processes.sorted { $0.key < $1.key }.map { name, process in
          process.store?.die()
          return process.main
        }
    }
    for main in mains { main.cancel() }
    for main in mains { await main.value }
    // Whoever watches holds the world, and the world holds them: without this nothing is freed.
    network.onMessage(nil)
    network.onArrival(nil)
    state.withLock { state in
      state.processes = [:]
      state.ending = []
    }
  }

  // MARK: Processes

  /// Starts a process, unless it runs.
  private func start(_ name: NodeName) {
    let start = state.withLock { state -> Int? in
      guard state.processes[name] == nil, !state.isShuttingDown else { return nil }
      state.starts[name, default: 0] += 1
      return state.starts[name]
    }
    guard let start else { return }
    note("\(name) starts")
    let store = name == Disaster.coordinator ? openStore(start) : nil
    let main = Task(executorPreference: runtime) { [self] in
      let clock = disaster.clocks[name] ?? .exact
      guard let cluster = try? await network.startNode(name, twin: plan.name, clock: clock)
      else { return }
      // From here on the process can stand still.
      let life = cluster.task { [self] in
        let why: String
        if let store {
          why = await coordinate(on: cluster, store)
        } else {
          why = await serve(on: cluster)
        }
        ended(name, start: start, why: why)
        await cluster.shutdown()
      }
      await withTaskCancellationHandler {
        await life.value
      } onCancel: {
        life.cancel()
      }
    }
    state.withLock { $0.processes[name] = Process(start: start, main: main, store: store) }
  }

  /// What a coordinator's process does until it crashes or fails.
  private func coordinate(on cluster: ActorCluster, _ store: FaultyStore) async -> String {
    let events = EventSink { [self] event in note("event: \(event.text)") }
    var why = "the process was ended"
    do {
      let coordinator = try cluster.host(Coordinator.name) {
        Coordinator(store: store, events: events, actorSystem: $0)
      }
      do {
        let plan = plan
        try await coordinator.whenLocal { actor in
          try await actor.form(plan, within: .seconds(30))
        }
        var next = cluster.now
        while !Task.isCancelled {
          _ = try await coordinator.whenLocal { actor in try await actor.tick() }
          next = max(next + settings.pace, cluster.now)
          try await cluster.sleep(for: next - cluster.now)
        }
      } catch {
        why = "\(error)"
      }
      await coordinator.whenLocal { actor in await actor.retire() }
    } catch {
      why = "\(error)"
    }
    return why
  }

  /// What a node's process does until it crashes or is refused.
  private func serve(on cluster: ActorCluster) async -> String {
    let card = NodeCard(node: cluster.node, host: "simulated", port: 1, pid: 1)
    do {
      let node = try TwinNode(cluster, slices: DisasterGrid.slices)
      try? await node.join(Disaster.coordinator, card: card)
      try await node.stay(with: Disaster.coordinator, card: card)
      return "the process was ended"
    } catch {
      return "\(error)"
    }
  }

  /// A process has come to its end; one that was not killed is started again.
  private func ended(_ name: NodeName, start: Int, why: String) {
    let ending = "\(name) ended at \(seconds(runtime.now)) s: \(why)"
    let wasRunning = state.withLock { state in
      guard state.processes[name]?.start == start, !state.isShuttingDown else { return false }
      state.ending.append(state.processes.removeValue(forKey: name)!.main)
      state.exits.append(ending)
      return true
    }
    guard wasRunning else { return }
    note(ending)
    network.crash(name)
    after(settings.restartDelay) { [self] in self.start(name) }
  }

  private func crash(_ name: NodeName) {
    let process = state.withLock { state in
      let process = state.processes.removeValue(forKey: name)
      if let process { state.ending.append(process.main) }
      return process
    }
    guard let process else { return }
    note("\(name) crashes")
    process.store?.die()
    network.crash(name)
    process.main.cancel()
  }

  // MARK: The store

  private func openStore(_ start: Int) -> FaultyStore {
    FaultyStore(
      store,
      desk: FaultyStore.Desk(
        raised: { [self] era in
          note("the store raises the era to \(era)")
          let now = runtime.now
          state.withLock { $0.referee.raised(era, by: start, at: now) }
        },
        committed: { [self] commit, era in committed(commit, era: era, by: start) },
        read: { [self] commit in
          let now = runtime.now
          state.withLock { $0.referee.read(commit, by: start, at: now) }
        },
        takeCrash: { [self] in
          state.withLock { state in
            defer { state.storeCrash = nil }
            return state.storeCrash
          }
        },
        kill: { [self] in crash(Disaster.coordinator) }))
  }

  private func committed(_ commit: Commit, era: Int64, by start: Int) {
    note("the store commits tick \(commit.tick) in era \(era)")
    let now = runtime.now
    let isFirst = state.withLock { state in
      state.referee.committed(commit, era: era, by: start, at: now)
      state.hashes.append(state.referee.lastHash)
      guard let origin = state.origin else {
        state.origin = now
        return true
      }
      if now > origin + Disaster.length { state.commitsSinceCalm += 1 }
      return false
    }
    if isFirst { planFaults(from: now) }
  }

  // MARK: Faults

  private func planFaults(from origin: Duration) {
    for fault in disaster.faults {
      at(origin + fault.start) { [self] in
        guard let messages = fault.tickMessages else { return begin(fault) }
        state.withLock { $0.armed.append(ArmedFault(fault: fault, messages: messages)) }
        isArmed.store(true, ordering: .relaxed)
      }
      at(origin + fault.end) { [self] in end(fault) }
    }
  }

  private func sent(_ message: SimulatedMessage) {
    if settings.traceLength > 0 { note(TraceLog.line(message)) }
    guard isArmed.load(ordering: .relaxed), message.target != "heartbeat()",
      message.target != "join(_:era:)"
    else { return }
    let due = state.withLock { state -> [Fault] in
      for position in state.armed.indices { state.armed[position].messages -= 1 }
      let due = state.armed.filter { $0.messages < 0 }.map(\.fault)
      state.armed.removeAll { $0.messages < 0 }
      isArmed.store(!state.armed.isEmpty, ordering: .relaxed)
      return due
    }
    for fault in due { begin(fault) }
  }

  private func begin(_ fault: Fault) {
    note("fault: \(fault)")
    state.withLock { $0.begun.append(fault.name) }
    switch fault.kind {
    case .crash(let node, _): crash(node)
    case .pause(let node): network.pause(node)
    case .partition(let from, let to, let bothWays):
      change { $0.cut(from, to, bothWays: bothWays) }
    case .badLinks(let nodes, let quality):
      setQuality(quality, of: nodes)
    case .storeCrash(let crash): state.withLock { $0.storeCrash = crash }
    }
  }

  private func end(_ fault: Fault) {
    let began = state.withLock { state in
      let count = state.armed.count
      state.armed.removeAll { $0.fault == fault }
      return state.armed.count == count
    }
    guard began else { return }
    note("over: \(fault.name)")
    switch fault.kind {
    case .crash(let node, let returns): if returns { start(node) }
    case .pause(let node): network.resume(node)
    case .partition(let from, let to, let bothWays):
      change { $0.mend(from, to, bothWays: bothWays) }
    case .badLinks(let nodes, _): setQuality(.perfect, of: nodes)
    case .storeCrash:
      state.withLock { $0.storeCrash = nil }
      start(Disaster.coordinator)
    }
  }

  private func change(_ body: (inout FaultyWays) -> [FaultyWays.Change]) {
    for change in state.withLock({ body(&$0.ways) }) {
      if change.isCut {
        network.cut(from: change.way.from, to: change.way.to)
      } else {
        network.mend(from: change.way.from, to: change.way.to)
      }
    }
  }

  private func setQuality(_ quality: LinkQuality, of nodes: [NodeName]) {
    for node in nodes {
      for other in [Disaster.coordinator] + Disaster.nodes where other != node {
        network.setQuality(quality, from: node, to: other)
        network.setQuality(quality, from: other, to: node)
      }
    }
  }

  private func at(_ time: Duration, _ action: @escaping @Sendable () -> Void) {
    _ = runtime.schedule(at: time, action)
  }

  private func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
    at(runtime.now + delay, action)
  }

  private func note(_ text: @autoclosure () -> String) {
    guard settings.traceLength > 0 else { return }
    let line = "\(seconds(runtime.now)) \(text())"
    state.withLock { $0.trace.append(line) }
  }
}
