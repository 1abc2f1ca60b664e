import ActorCluster
import Synchronization

/// Several nodes in one process: messages between them are delayed as the seed says, and lost, doubled
/// and held up when a test wants it; nodes crash, stand still and start again.
public final class SimulatedNetwork: Sendable {
  /// What sees messages go by.
  public typealias Hook = @Sendable (SimulatedMessage) -> Void

  /// A node that runs.
  struct Host {
    let cluster: ActorCluster
    let node: SimulatedNode
    /// Which start of the node this is.
    let incarnation: Int
  }

  /// Changes the head of a request on its way; it may look at the clusters of nodes that run.
  package typealias Rewrite =
    @Sendable (_ head: inout CallHead, _ cluster: (NodeName) -> ActorCluster?) -> Void

  /// A call that has not been answered.
  private struct Call {
    /// As it was sent.
    let head: CallHead
    /// As it is on the wire.
    let request: CallRequest
    let from: NodeName
    let outcome: CallOutcome
    var serving: Task<Void, Never>?
    var to: NodeName { request.head.to.node }
  }

  /// Mutexes hold no bare closures.
  private struct Hooks {
    var onSending: Hook?
    var onArrival: Hook?
    var rewrite: Rewrite?
  }

  private struct State {
    var hosts: [NodeName: Host] = [:]
    /// How often each name was started: what an earlier start still does has no effect.
    var starts: [NodeName: Int] = [:]
    /// Keeps the lanes of all starts while jobs may be on them.
    var nodes: [SimulatedNode] = []
    var calls: [Int: Call] = [:]
    var nextCall = 0
    var messageCount = 0
    var links: [Link: LinkState] = [:]
    var trace = TraceHash()
  }

  /// The bounds of a message's time on the way when nothing else is said: those of a small network.
  public static let defaultDelay = Duration.microseconds(200)...Duration.milliseconds(2)

  /// What drives this network.
  public let runtime: SimulatedRuntime
  private let delay_ns: ClosedRange<Int64>
  private let state = Mutex(State())
  private let hooks = Mutex(Hooks())

  /// Makes a network without nodes.
  public init(
    runtime: SimulatedRuntime, delay: ClosedRange<Duration> = SimulatedNetwork.defaultDelay
  ) {
    self.runtime = runtime
    delay_ns = delay.lowerBound.wholeNanoseconds...delay.upperBound.wholeNanoseconds
  }

  /// Starts a node; one that crashed may start again under its name.
  public func startNode(
    _ name: NodeName, twin: String = "twin", era: Int64 = 0, clock: SimulatedClock = .exact
  ) async throws(ClusterError) -> ActorCluster {
    let node = SimulatedNode(on: runtime, clock: clock)
    let incarnation = state.withLock { state in
      state.nodes.append(node)
      state.starts[name, default: 0] += 1
      return state.starts[name, default: 0]
    }
    let transport = SimulatedTransport(
      network: self, node: node, name: name, incarnation: incarnation)
    let cluster = ActorCluster(
      node: name, twin: twin, era: era, transport: transport, runtime: node)
    try await cluster.start()
    return cluster
  }

  // MARK: What a test sees

  /// A hash over every message so far: its time, purpose, ends, target, head and bytes.
  public var traceHash: UInt64 { state.withLock { $0.trace.value } }

  /// The messages sent so far.
  public var messageCount: Int { state.withLock { $0.messageCount } }

  /// Calls `hook` with each message when it is sent; the hook may crash and pause nodes and cut links.
  public func onMessage(_ hook: Hook?) {
    hooks.withLock { $0.onSending = hook }
  }

  /// Calls `hook` with each message when it reaches its node, before the node sees it. Of a doubled
  /// request it sees both.
  public func onArrival(_ hook: Hook?) {
    hooks.withLock { $0.onArrival = hook }
  }

  /// Falsifies the heads of requests on their way: for tests of what must notice.
  package func rewriteRequests(_ rewrite: Rewrite?) {
    hooks.withLock { $0.rewrite = rewrite }
  }

  // MARK: What a test breaks

  /// Ends a node as `kill -9` does: what it was doing has no effect on others any more, and everyone
  /// who was connected to it hears of it one message delay later, unless the way is cut.
  public func crash(_ node: NodeName) {
    let (host, calls, peers) = state.withLock { state -> (Host?, [Int], [NodeName]) in
      guard let host = state.hosts.removeValue(forKey: node) else { return (nil, [], []) }
      let calls = state.calls.keys.sorted().filter {
        state.calls[$0].map { $0.to == node || $0.from == node } ?? false
      }
      let peers = state.hosts.keys.sorted().filter {
        state.links[Link(from: $0, to: node)]?.messageCount ?? 0 > 0
      }
      return (host, calls, peers)
    }
    guard let host else { return }
    // Its tasks must come to their end; nobody hears of it.
    runtime.resume(host.node.lane)
    for number in calls { lose(number, because: node) }
    for peer in peers {
      after(noticeDelay_ns(from: node, to: peer)) { [self] in
        guard isWhole(Link(from: node, to: peer)) else { return }
        deliver(to: peer) { $0.cluster.report(.lost(node)) }
      }
    }
  }

  /// Lets a node stand still as `SIGSTOP` does: nothing of it runs and its timers do not fire, its
  /// connections stay, and messages for it wait.
  public func pause(_ node: NodeName) {
    guard let host = host(node) else { return }
    runtime.pause(host.node.lane)
  }

  /// Lets a paused node go on as `SIGCONT` does: everything happens late, in the order of arrival.
  public func resume(_ node: NodeName) {
    guard let host = host(node) else { return }
    runtime.resume(host.node.lane)
  }

  /// Drops every message between two nodes from now on, without telling them.
  public func cut(_ one: NodeName, _ other: NodeName) {
    cut(from: one, to: other)
    cut(from: other, to: one)
  }

  /// Lets messages between two nodes pass again.
  public func mend(_ one: NodeName, _ other: NodeName) {
    mend(from: one, to: other)
    mend(from: other, to: one)
  }

  /// Drops every message in one direction from now on, without telling anyone.
  public func cut(from: NodeName, to: NodeName) { change(from, to) { $0.isCut = true } }

  /// Lets messages in one direction pass again.
  public func mend(from: NodeName, to: NodeName) { change(from, to) { $0.isCut = false } }

  /// Makes one direction between two nodes as bad as a quality says, for all messages from now on.
  public func setQuality(_ quality: LinkQuality, from: NodeName, to: NodeName) {
    change(from, to) { $0.quality = quality }
  }

  private func change(_ from: NodeName, _ to: NodeName, _ body: (inout LinkState) -> Void) {
    let link = Link(from: from, to: to)
    state.withLock { body(&$0.links[link, default: LinkState(link, seed: runtime.seed)]) }
  }

  /// Forgets every node and every call, once all of it is over: they hold this network, and it holds
  /// them.
  package func forgetNodes() {
    let forgotten = state.withLock { state in
      defer {
        state.hosts = [:]
        state.calls = [:]
        state.nodes = []
      }
      return (state.hosts, state.calls, state.nodes)
    }
    _ = forgotten
  }

  // MARK: For the transport

  func attach(
    _ cluster: ActorCluster, on node: SimulatedNode, incarnation: Int
  ) throws(ClusterError) {
    let isFree = state.withLock { state in
      guard state.hosts[cluster.node] == nil else { return false }
      state.hosts[cluster.node] = Host(cluster: cluster, node: node, incarnation: incarnation)
      return true
    }
    guard isFree else {
      throw .unreachable(cluster.node, why: "A node of this name is running.")
    }
  }

  func detach(_ node: NodeName, incarnation: Int) {
    state.withLock { state in
      guard state.hosts[node]?.incarnation == incarnation else { return }
      state.hosts[node] = nil
    }
  }

  func begin(
    _ request: CallRequest, from sender: NodeName, incarnation: Int,
    then: @escaping @Sendable (Result<CallReply, ClusterError>) -> Void
  ) -> CallInFlight {
    let outcome = CallOutcome(then)
    var request = request
    request.head.passOverTheWire()
    let head = request.head
    if let rewrite = hooks.withLock({ $0.rewrite }) {
      rewrite(&request.head) { host($0)?.cluster }
    }
    let receiver = request.head.to.node
    let registered = state.withLock {
      [request] state -> Result<(number: Int, target: Int), ClusterError> in
      guard state.hosts[sender]?.incarnation == incarnation else {
        return .failure(
          .unreachable(receiver, why: "The calling node '\(sender)' is not running."))
      }
      guard let host = state.hosts[receiver] else {
        return .failure(.unreachable(receiver, why: "No such node is running."))
      }
      defer { state.nextCall += 1 }
      state.calls[state.nextCall] = Call(
        head: head, request: request, from: sender, outcome: outcome)
      return .success((state.nextCall, host.incarnation))
    }
    let number: Int
    let target: Int
    switch registered {
    case .success(let call): (number, target) = call
    case .failure(let error):
      outcome.fulfil(.failure(error))
      return CallInFlight {}
    }
    transmit(.request, of: request.head, from: sender, to: receiver, body: request.body) {
      [self, request] isCopy in
      if isCopy || isForgotten(number) {
        serveUnanswered(request, incarnation: target)
      } else {
        arrive(number)
      }
    }
    return CallInFlight { [self] in
      guard outcome.fulfil(.failure(.cancelled)) else { return }
      takeBack(number)
    }
  }

  // MARK: The way of a call

  /// Hands a request to its node.
  private func arrive(_ number: Int) {
    guard let (call, cluster) = open(number) else {
      // The node closed while the request was on its way.
      guard let call = close(number) else { return }
      call.outcome.fulfil(.failure(.connectionLost(node: call.to, mayHaveRun: false)))
      return
    }
    switch cluster.admit(call.request.head) {
    case .failure(let refusal): answer(number, .refused(refusal))
    case .success(let admitted):
      let serving = cluster.begin(serving: admitted, call.request.body) { [self] reply in
        answer(number, reply)
      }
      state.withLock { state in state.calls[number]?.serving = serving }
    }
  }

  /// Hands a request to its node of which nobody wants to hear: a second copy, or one whose sender
  /// crashed or gave up after it was sent. A node that was started since then does not get it.
  private func serveUnanswered(_ request: CallRequest, incarnation: Int) {
    guard let host = host(request.head.to.node), host.incarnation == incarnation,
      case .success(let admitted) = host.cluster.admit(request.head)
    else { return }
    host.cluster.begin(serving: admitted, request.body) { _ in }
  }

  /// Sends a reply, unless its node crashed or the call was taken back.
  private func answer(_ number: Int, _ reply: CallReply) {
    guard let (call, _) = open(number) else { return }
    let (status, body) = reply.statusAndBody
    transmit(
      .reply, of: call.head, status: status, from: call.to, to: call.from, body: body
    ) { [self] _ in
      guard let call = close(number) else { return }
      do throws(ClusterError) {
        call.outcome.fulfil(.success(try reply.overTheWire()))
      } catch {
        call.outcome.fulfil(.failure(error))
      }
    }
  }

  /// Tells the receiver that nobody waits any more.
  private func takeBack(_ number: Int) {
    guard let (call, _) = open(number) else { return }
    transmit(.cancellation, of: call.request.head, from: call.from, to: call.to, body: []) {
      [self] _ in close(number)?.serving?.cancel()
    }
  }

  /// Ends a call of a crashed node: for its caller if the callee crashed, for its callee if the caller
  /// did. Where the way is cut, nobody hears of it.
  private func lose(_ number: Int, because crashed: NodeName) {
    guard let call = close(number) else { return }
    let lost = ClusterError.connectionLost(node: call.to, mayHaveRun: true)
    let survivor = call.from == crashed ? call.to : call.from
    if call.from == crashed {
      call.outcome.fulfil(.failure(lost))
    } else {
      call.serving?.cancel()
    }
    after(noticeDelay_ns(from: crashed, to: survivor)) { [self] in
      guard isWhole(Link(from: crashed, to: survivor)) else { return }
      deliver(to: survivor) { _ in
        if call.from == crashed {
          call.serving?.cancel()
        } else {
          call.outcome.fulfil(.failure(lost))
        }
      }
    }
  }

  private func open(_ number: Int) -> (Call, ActorCluster)? {
    state.withLock { state in
      guard let call = state.calls[number], let host = state.hosts[call.to] else { return nil }
      return (call, host.cluster)
    }
  }

  private func close(_ number: Int) -> Call? {
    state.withLock { $0.calls.removeValue(forKey: number) }
  }

  /// Whether nobody waits for a call any more.
  private func isForgotten(_ number: Int) -> Bool {
    state.withLock { $0.calls[number] == nil }
  }

  private func host(_ node: NodeName) -> Host? { state.withLock { $0.hosts[node] } }

  // MARK: The way of a message

  /// Counts, shows and hashes a message; it arrives after its delay, perhaps twice, unless it is lost
  /// or its link is cut then.
  private func transmit(
    _ purpose: SimulatedMessage.Purpose, of head: CallHead, status: Int? = nil, from: NodeName,
    to: NodeName, body: [UInt8], arrival: @escaping @Sendable (_ isCopy: Bool) -> Void
  ) {
    let link = Link(from: from, to: to)
    var message = SimulatedMessage(
      index: 0, time: runtime.now, purpose: purpose, from: from, to: to, target: head.target,
      byteCount: body.count, actor: head.to, caller: head.caller.actor, era: head.era,
      status: status)
    let (passage, isCut) = state.withLock { state -> (LinkState.Passage, Bool) in
      message.index = state.messageCount
      state.messageCount += 1
      state.trace.combine(message, of: head, body: body)
      let passage = state.links[link, default: LinkState(link, seed: runtime.seed)]
        .draw(delay_ns: delay_ns, isRequest: purpose == .request)
      return (passage, state.links[link]!.isCut)
    }
    if let onSending = hooks.withLock({ $0 }).onSending {
      onSending(message)
      // It may have cut the way.
      guard isWhole(link) else { return }
    } else if isCut {
      return
    }
    for (delay_ns, isCopy) in passage.arrivals {
      after(delay_ns) { [self, message] in
        guard isWhole(link) else { return }
        deliver(to: to) { [self] _ in
          if let onArrival = self.hooks.withLock({ $0 }).onArrival {
            var message = message
            message.time = runtime.now
            onArrival(message)
          }
          arrival(isCopy)
        } orElse: {
          arrival(isCopy)
        }
      }
    }
  }

  private func isWhole(_ link: Link) -> Bool {
    state.withLock { !($0.links[link]?.isCut ?? false) }
  }

  /// How long it takes until a node hears that a connection is gone.
  private func noticeDelay_ns(from: NodeName, to: NodeName) -> Int64 {
    LinkState(Link(from: from, to: to), seed: runtime.seed).noticeDelay_ns(within: delay_ns)
  }

  private func after(_ delay_ns: Int64, _ action: @escaping @Sendable () -> Void) {
    _ = runtime.schedule(at_ns: runtime.now_ns + delay_ns, on: .own, action)
  }

  /// Does something at a node: now, or when it goes on.
  private func deliver(
    to name: NodeName, _ action: @escaping @Sendable (Host) -> Void, orElse: () -> Void = {}
  ) {
    guard let host = host(name) else { return orElse() }
    guard runtime.isPaused(host.node.lane) else { return action(host) }
    _ = runtime.schedule(at_ns: runtime.now_ns, on: host.node.lane) { action(host) }
  }
}

/// Tells once how a call ended.
private final class CallOutcome: Sendable {
  /// Mutexes hold no bare closures.
  private struct Listener {
    var hear: (@Sendable (Result<CallReply, ClusterError>) -> Void)?
  }

  private let listener: Mutex<Listener>

  init(_ hear: @escaping @Sendable (Result<CallReply, ClusterError>) -> Void) {
    listener = Mutex(Listener(hear: hear))
  }

  /// Returns whether it was the first.
  @discardableResult
  func fulfil(_ outcome: Result<CallReply, ClusterError>) -> Bool {
    let hear = listener.withLock { listener in
      defer { listener.hear = nil }
      return listener.hear
    }
    hear?(outcome)
    return hear != nil
  }
}
