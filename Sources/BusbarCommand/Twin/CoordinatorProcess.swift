import ActorCluster
import GridModel
import Logging
import PowerFlow
import Twin
import TwinStore

/// The coordinator's process: forms a twin from nodes that join it, and runs its ticks.
struct CoordinatorProcess {
  let cluster: ActorCluster
  let coordinator: Coordinator
  /// Where others find it.
  let address: NodeAddress
  /// Where it listens.
  let place: NodeAddress
  private let topics: TwinTopics
  private let greeting: Task<Void, Never>
  private let keeping: Task<Void, Never>?

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - advertise: where others find it; where it listens unless given.
  ///   - identity: who it is; nil for plaintext.
  ///   - memory: of its nodes, which are called as soon as it listens.
  init(
    twin: String, listen: NodeAddress, advertise: NodeAddress? = nil,
    identity: ProcessIdentity?, store: any Store = MemoryStore(),
    settings: CoordinatorSettings = .init(), events: EventSink = .none,
    memory: NodeMemory = .none, log: Logger? = nil
  ) async throws {
    var settings = settings
    settings.reign = .random(in: 1 ... .max)
    let pages = StatusPages.ofCoordinator(twin: twin)
    let topics = TwinTopics(reign: settings.reign)
    let transport = HTTP2Transport(
      host: listen.host, port: listen.port, security: identity?.transport,
      pages: { pages.routes($0) + topics.routes($0) })
    let cluster = ActorCluster(
      node: Coordinator.nodeName, twin: twin, transport: transport, runtime: PoolRuntime(),
      authority: CallTable(), metrics: pages.registry, log: log)
    // Before anybody can ask for it.
    let coordinator = try cluster.host(Coordinator.name) {
      Coordinator(
        store: store, settings: settings, events: topics.sink(before: events), memory: memory,
        actorSystem: $0)
    }
    do { try await cluster.start() } catch {
      await cluster.shutdown()
      throw error
    }
    self.cluster = cluster
    self.topics = topics
    self.coordinator = coordinator
    place = transport.address!
    address = advertise ?? place
    greeting = Task(executorPreference: SharedLoop.executor) {
      await ActorCluster.onOwnBehalf { await coordinator.whenLocal { await $0.greet() } }
    }
    keeping = identity.map { Self.keep($0, for: coordinator) }
  }

  private static func keep(
    _ identity: ProcessIdentity, for coordinator: Coordinator
  ) -> Task<Void, Never> {
    Task {
      await withDiscardingTaskGroup { group in
        group.addTask { await identity.keep() }
        group.addTask {
          await identity.followDenyList { list, words in
            await coordinator.whenLocal { $0.spread(list, saying: words) }
          }
        }
      }
    }
  }

  /// Lets others read what the store holds.
  func serveArchive(of source: any CommitSource) throws {
    _ = try cluster.host(Archive.name) { Archive(source, actorSystem: $0) }
  }

  /// How a day runs.
  struct Day: Sendable {
    /// Of the whole day, with those that the store has already.
    var ticks: Int64
    /// Seconds of twin time in a second; `nil` for as fast as possible.
    var pace: Double?
    /// Solves the same ticks in one process.
    var whole: WholeGrid?
    /// What was told of the ticks that the store has already.
    var earlier: [Int64: TickRecord] = [:]
    /// The fingerprint of a tick that nobody told of, since its coordinator died just then.
    var storedFingerprint: @Sendable (Int64) -> UInt64? = { _ in nil }
    var beforeTick: @Sendable (Int64) -> Void = { _ in }
    var afterTick: @Sendable (TickRecord, RunPlace) -> Void
    /// Told when the twin is so far behind that the rest of the day moves.
    var onShift: @Sendable (Duration) -> Void = { _ in }
  }

  /// Forms the twin and runs it tick by tick to the end of the day.
  func run(
    _ plan: TwinPlan, _ day: Day, formingWithin timeout: Duration
  ) async throws -> TwinSummary {
    var summary = TwinSummary(plan)
    let first = try await local { coordinator in try coordinator.nextTick() }
    for tick in 0..<first {
      if let record = day.earlier[tick] {
        summary.add(record)
      } else {
        summary.addUntold(fingerprint: day.storedFingerprint(tick))
      }
    }
    guard first < day.ticks else { return summary }
    try await local { coordinator in try await coordinator.form(plan, within: timeout) }
    summary.nodes = try await hosts()
    var whole = day.whole
    var paced = day.pace.map {
      PacedStart(step_s: plan.time.step_s, factor: $0, first: first)
    }
    for tick in first..<day.ticks {
      try Task.checkCancellation()
      if let delay = try await paced?.wait(for: tick) { day.onShift(delay) }
      day.beforeTick(tick)
      let due = paced
      let (report, lateness_ms) = try await local { coordinator in
        let lateness_ms = due?.lateness_ms(of: tick)
        return (try await coordinator.tick(), lateness_ms)
      }
      let record = TickRecord(report, lateness_ms: lateness_ms)
      summary.add(record)
      topics.committed(record.figures)
      if whole != nil {
        let joint = try await local { coordinator in try await coordinator.busVoltages() }
        let setPoints = try await local { coordinator in try coordinator.committedSetPoints() }
        let start = ContinuousClock.now
        let reference = try whole!.tick(record.tick, setPoints: setPoints)
        summary.check(
          record, joint: joint, reference: reference.voltages, iterations: reference.iterations,
          took: ContinuousClock.now - start)
      }
      day.afterTick(record, RunPlace(tick - first, of: day.ticks - first))
    }
    try await local { coordinator in coordinator.finish() }
    topics.finish()
    summary.pace = day.pace
    summary.paceShifts = paced?.shifts ?? 0
    summary.nodes = try await hosts()
    summary.traffic = try await local { coordinator in await coordinator.traffic() }
    return summary
  }

  /// How the twin is.
  func status() async throws -> TwinStatus { try await coordinator.status() }

  /// Sends the nodes home and closes every connection, also from a task that was cancelled.
  func end() async {
    await Task {
      greeting.cancel()
      await coordinator.whenLocal { await $0.dismiss() }
      await cluster.shutdown()
      await greeting.value
      keeping?.cancel()
      await keeping?.value
    }.value
  }

  /// Why a process cannot listen, without the name that only peers use.
  static func reason(_ error: any Error) -> String {
    if case .unreachable(_, let why) = error as? ClusterError { why } else { "\(error)" }
  }

  private func hosts() async throws -> [TwinSummary.Host] {
    let status = try await status()
    return status.nodes.filter { $0.standing == .member }.map { node in
      TwinSummary.Host(
        node: node.node.rawValue, pid: node.pid,
        segments: status.segments.filter { $0.node == node.node }.map(\.segment))
    }
  }

  private func local<Answer: Sendable>(
    _ body: @Sendable (isolated Coordinator) async throws -> Answer
  ) async throws -> Answer {
    // What the coordinator starts beside itself only carries calls: it stays where they are carried.
    let answer = try await withTaskExecutorPreference(SharedLoop.executor) {
      try await coordinator.whenLocal(body)
    }
    guard let answer else {
      preconditionFailure("The coordinator lives in this process.")
    }
    return answer
  }
}
