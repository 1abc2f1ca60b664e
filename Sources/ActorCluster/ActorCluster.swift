import Distributed
import HTTP2Connection
import Logging
import Metrics
import WireCodec

/// The actor system of one node: hosts its actors, calls those of other nodes.
///
/// The transport and the runtime are plugged in, so the same actors run over HTTP/2 on a pool of
/// threads and, in tests, over a simulated network on one seeded queue.
public final class ActorCluster: DistributedActorSystem, Sendable {
  public typealias ActorID = ActorIdentity
  public typealias SerializationRequirement = any WireCodable
  public typealias InvocationEncoder = CallInvocationEncoder
  public typealias InvocationDecoder = CallInvocationDecoder
  public typealias ResultHandler = CallResultHandler

  /// This node.
  public let node: NodeName
  /// The twin that this node serves; calls from other twins are refused.
  public let twin: String
  /// What decides where code runs and what time it is.
  public let runtime: any Runtime
  /// What the transport notices about other nodes; for one consumer.
  public let peerEvents: AsyncStream<PeerEvent>

  let transport: any Transport
  let authority: any CallAuthority
  let state: Guarded<State>
  let callMetrics: CallMetrics
  let refusalLog: RefusalLog?
  private let reportPeerEvent: AsyncStream<PeerEvent>.Continuation

  /// `running ─▶ draining ─▶ closed`
  enum Phase {
    /// Serves and calls.
    case running
    /// Refuses new calls from others; methods that still run may call others.
    case draining
    /// Does neither.
    case closed
  }

  struct State {
    /// Never goes down.
    private(set) var era: Int64
    /// Counts what may change the verdict about a call: eras, actors that go, phases.
    private(set) var revision = 0
    var registry = Registry()
    /// Calls refused before their body was read.
    var refused = 0
    /// Of the bodies that left this node, and of those that reached it.
    var bytesSent = 0
    var bytesReceived = 0
    var routes = CallRoutes()
    var refusedCalls = Refusals()
    /// The actors of others that may speak for themselves in this era.
    private(set) var expectedCallers: Set<ActorIdentity> = []
    var phase = Phase.running { didSet { revision += 1 } }
    /// Calls in flight, in both directions; shutting down waits for zero.
    var inFlight = 0
    var drained: OneShot<Void, Never>?

    init(era: Int64) { self.era = era }

    /// Adopts a greater era; a smaller one changes nothing.
    mutating func raise(to era: Int64) {
      guard era > self.era else { return }
      self.era = era
      revision += 1
      expectedCallers = []
    }

    mutating func expect(_ callers: some Sequence<ActorIdentity>, in era: Int64) {
      guard era == self.era else { return }
      expectedCallers.formUnion(callers)
    }

    mutating func remove(_ identity: ActorIdentity) -> HostedActor? {
      revision += 1
      return registry.remove(identity)
    }

    /// Returns what waits for the last call to end, if this was it.
    mutating func endCall() -> OneShot<Void, Never>? {
      inFlight -= 1
      return inFlight == 0 ? drained : nil
    }
  }

  /// Makes a node in an era; nothing is sent or served before `start()`.
  ///
  /// - Parameters:
  ///   - authority: who may call what here.
  ///   - metrics: what counts its calls; nothing unless given.
  ///   - log: where refused calls are told of; nowhere unless given.
  public init(
    node: NodeName, twin: String, era: Int64 = 0, transport: any Transport, runtime: any Runtime,
    authority: any CallAuthority, metrics: any MetricsFactory = NOOPMetricsHandler.instance,
    log: Logger? = nil
  ) {
    self.node = node
    self.twin = twin
    self.transport = transport
    self.authority = authority
    self.runtime = runtime
    state = Guarded(State(era: era))
    callMetrics = CallMetrics(metrics)
    refusalLog = log.map { RefusalLog($0, on: runtime) }
    (peerEvents, reportPeerEvent) = AsyncStream.makeStream(
      of: PeerEvent.self, bufferingPolicy: .bufferingNewest(1024))
  }

  /// Starts to listen.
  public func start() async throws(ClusterError) {
    try await transport.start(for: self)
  }

  /// How long calls in flight may take to end when a node shuts down, after its peers have heard of it.
  public static let farewell = Duration.seconds(5)

  /// Stops serving, lets open calls end, closes every connection and forgets every actor.
  ///
  /// A call that has not ended after `farewell` loses its connection; a method that does not hear that it
  /// is cancelled goes on by itself.
  public func shutdown() async {
    let isFirst = state.withLock { state in
      guard state.phase == .running else { return false }
      state.phase = .draining
      return true
    }
    guard isFirst else { return }
    let end = now + Self.farewell
    await transport.stopServing()
    await callsHaveEnded(within: max(.zero, end - now))
    // Released outside the lock, since an actor's end may run code of its own.
    let forgotten = state.withLock { state in
      state.phase = .closed
      return state.registry.removeAll()
    }
    await transport.close()
    reportPeerEvent.finish()
    _ = forgotten
  }

  // MARK: Peers and eras

  /// Learns where another node listens.
  ///
  /// - Parameter seenAt: an address in numbers from which it has called, to look there, too, when its
  ///   host is not found.
  public func connect(node: NodeName, at address: NodeAddress, seenAt: String? = nil) {
    if let seenAt { transport.note(node, seenAt: seenAt) }
    transport.connect(node: node, at: address)
  }

  /// The address from which a node has called last, in numbers; nil when nobody has seen it.
  public func lastSeen(_ node: NodeName) -> String? { transport.lastSeen(node) }

  /// Passes on what a transport noticed.
  public func report(_ event: PeerEvent) {
    reportPeerEvent.yield(event)
  }

  /// The era that this node acts in.
  public var era: Int64 { state.withLock { $0.era } }

  /// Adopts a greater era; a smaller one changes nothing. Returns the era after that.
  @discardableResult
  public func adopt(era: Int64) -> Int64 {
    state.withLock { state in
      state.raise(to: era)
      return state.era
    }
  }

  /// Learns which actors of other nodes may speak for themselves in an era; the next era forgets them.
  public func expect(callers: some Sequence<ActorIdentity>, in era: Int64) {
    state.withLock { $0.expect(callers, in: era) }
  }

  /// The calls refused here because their callers had no right to make them.
  public var refusedCalls: Refusals { state.withLock { $0.refusedCalls } }

  /// Peers that were not let in, and what strangers asked for in vain.
  public var refusedConnections: Refusals { transport.refusedConnections }

  /// What has crossed the wire since the start.
  public var counters: CallCounters {
    let (refused, sent, received) = state.withLock { ($0.refused, $0.bytesSent, $0.bytesReceived) }
    return CallCounters(
      sent: callMetrics.counts(.made), received: callMetrics.counts(.served), refused: refused,
      bytesSent: sent, bytesReceived: received)
  }

  /// Bytes of the bodies that have left or reached this node since the start.
  public var bodyBytes: Int { state.withLock { $0.bytesSent + $0.bytesReceived } }

  /// What counts here; for measures of the actors that live here.
  public var metrics: any MetricsFactory { callMetrics.factory }

  /// Brings the metrics that are counted elsewhere up to date; before they are read.
  public func sampleMetrics() {
    let (sent, received, inFlight) = state.withLock {
      ($0.bytesSent, $0.bytesReceived, $0.inFlight)
    }
    callMetrics.sample(bytesSent: sent, bytesReceived: received, inFlight: inFlight)
    transport.sampleMetrics()
  }

  // MARK: Time and tasks

  /// Time since a fixed moment in the past: virtual in a simulation.
  public var now: Duration { runtime.now }

  /// Sleeps in the runtime's time; throws when the task is cancelled.
  public func sleep(for duration: Duration) async throws(CancellationError) {
    try await runtime.sleep(for: duration)
  }

  /// Starts a task where the runtime wants it; whoever starts it awaits it.
  public func task<Success: Sendable>(
    _ operation: sending @escaping @isolated(any) () async throws -> Success
  ) -> Task<Success, any Error> {
    Task(executorPreference: runtime.taskExecutor, operation: operation)
  }

  /// Starts a task that cannot fail where the runtime wants it; whoever starts it awaits it.
  public func task<Success: Sendable>(
    _ operation: sending @escaping @isolated(any) () async -> Success
  ) -> Task<Success, Never> {
    Task(executorPreference: runtime.taskExecutor, operation: operation)
  }

  /// Gives each call that `body` makes this long, instead of three seconds; an enclosing limit that
  /// is shorter stays.
  public static func withDeadline<Success>(
    _ timeout: Duration, isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Success
  ) async rethrows -> Success {
    var limits = CallLimits.current
    limits.timeout =
      limits.timeout.map { min($0, timeout) } ?? timeout
    return try await CallLimits.$current.withValue(limits, operation: body)
  }

  /// Makes calls that are on nobody else's behalf: work that an actor has started for itself outlives
  /// the call that it was serving then, and its deadline.
  ///
  /// - Parameter actor: who makes them, if it is one that peers know.
  public static func onOwnBehalf<Success>(
    of actor: ActorIdentity? = nil, isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Success
  ) async rethrows -> Success {
    try await CallLimits.$current.withValue(CallLimits(actor: actor), operation: body)
  }

  /// Who made the call that the current task serves; nil in a task that serves none.
  public static var currentCaller: Caller? { CallLimits.current.caller }

  /// The actor whose method makes the call that an actor serves now, on this node or another; nil when no
  /// actor makes it, as when this process asks for itself.
  public static func callingActor(of served: ActorIdentity) -> ActorIdentity? {
    let limits = CallLimits.current
    // A call within the process is none of the cluster's: its task still serves the caller.
    return limits.actor == served ? limits.caller?.actor : limits.actor
  }

  // MARK: Actors

  /// The executor of an actor: `nonisolated var unownedExecutor` of each returns this.
  public func executor(for identity: ActorIdentity) -> UnownedSerialExecutor {
    runtime.executor(for: identity)
  }

  /// Makes an actor under a name and keeps it until `remove` or `shutdown`.
  @discardableResult
  public func host<Act: ClusterActor>(
    _ name: String, _ make: (ActorCluster) throws -> Act
  ) throws -> Act {
    let identity = ActorIdentity(kind: Act.kind, name: name, on: node)
    guard state.withLock({ $0.registry.reserve(identity) }) else {
      throw ClusterError.nameTaken(identity)
    }
    defer { state.withLock { $0.registry.release(identity) } }
    let actor = try Registry.$nameForNextActor.withValue(name) { try make(self) }
    precondition(actor.id == identity, "The closure given to host must make one actor.")
    return actor
  }

  /// Forgets an actor: peers get `noSuchActor` from now on, the name is free again.
  public func remove(_ identity: ActorIdentity) {
    let removed = state.withLock { $0.remove(identity) }
    _ = removed
  }

  /// The identities of the actors hosted here, sorted.
  public var hosted: [ActorIdentity] { state.withLock { $0.registry.identities } }

  public func assignID<Act: DistributedActor>(_ type: Act.Type) -> ActorIdentity
  where Act.ID == ActorIdentity {
    let kind = (type as? any ClusterActor.Type)?.kind ?? "\(type)"
    return state.withLock { state in
      let name = Registry.nameForNextActor ?? state.registry.nextName()
      return ActorIdentity(kind: kind, name: name, on: node)
    }
  }

  public func actorReady<Act: DistributedActor>(_ actor: Act) where Act.ID == ActorIdentity {
    guard let actor = actor as? any ClusterActor else { return }
    let hosted = HostedActor(actor, callMetrics)
    state.withLock { $0.registry.insert(hosted, for: actor.id) }
  }

  public func resignID(_ id: ActorIdentity) {
    // The registry holds its actors, so an actor that ends was removed or never was ready.
  }

  public func resolve<Act: DistributedActor>(
    id: ActorIdentity, as actorType: Act.Type
  ) throws -> Act? where Act.ID == ActorIdentity {
    guard id.node == node else { return nil }
    guard let hosted = state.withLock({ $0.registry[id] }) else {
      throw ClusterError.noSuchActor(id, target: "")
    }
    // A stub of a local actor is another type: it gets a proxy, whose calls come back here.
    return hosted.actor as? Act
  }

  public func makeInvocationEncoder() -> CallInvocationEncoder { CallInvocationEncoder() }
}
