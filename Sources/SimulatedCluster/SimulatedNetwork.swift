import ActorCluster
import Synchronization

/// Several nodes in one process: messages between them are encoded, delayed as the seed says, decoded,
/// and lost when a test wants it.
public final class SimulatedNetwork: Sendable {
  /// What every message passes through, before anything else happens to it.
  public typealias Hook = @Sendable (SimulatedMessage) -> Void

  /// A direction between two nodes.
  private struct Link: Hashable {
    var from: NodeName
    var to: NodeName
  }

  /// A call that has not been answered.
  private struct Call {
    let request: CallRequest
    let from: NodeName
    let outcome: OneShot<CallReply, ClusterError>
    var serving: Task<Void, Never>?
    var to: NodeName { request.head.to.node }
  }

  /// Mutexes hold no bare closures.
  private struct HookBox {
    var hook: Hook?
  }

  private struct State {
    var nodes: [NodeName: ActorCluster] = [:]
    /// Which start of a node is the living one: what an earlier one still does has no effect.
    var incarnations: [NodeName: Int] = [:]
    var calls: [Int: Call] = [:]
    var nextCall = 0
    var messageCount = 0
    var messagesOnLink: [Link: UInt64] = [:]
    var cut: Set<Link> = []
    var trace = StableHash()
  }

  /// The bounds of a message's time on the way when nothing else is said: those of a small network.
  public static let defaultDelay = Duration.microseconds(200)...Duration.milliseconds(2)

  /// What drives this network.
  public let runtime: SimulatedRuntime
  private let delay: ClosedRange<Duration>
  private let state = Mutex(State())
  private let hook = Mutex(HookBox())

  /// Makes a network without nodes.
  public init(
    runtime: SimulatedRuntime, delay: ClosedRange<Duration> = SimulatedNetwork.defaultDelay
  ) {
    self.runtime = runtime
    self.delay = delay
  }

  /// Starts a node; one that crashed may start again under its name.
  public func startNode(
    _ node: NodeName, twin: String = "twin", era: Int64 = 0
  ) async throws(ClusterError) -> ActorCluster {
    let incarnation = state.withLock { state in
      state.incarnations[node, default: 0] += 1
      return state.incarnations[node, default: 0]
    }
    let transport = SimulatedTransport(network: self, node: node, incarnation: incarnation)
    let cluster = ActorCluster(
      node: node, twin: twin, era: era, transport: transport, runtime: runtime)
    try await cluster.start()
    return cluster
  }

  // MARK: What a test sees

  /// A hash over every message so far: its time, purpose, ends, target, size and bytes.
  public var traceHash: UInt64 { state.withLock { $0.trace.value } }

  /// The messages sent so far.
  public var messageCount: Int { state.withLock { $0.messageCount } }

  /// Calls `hook` with each message when it is sent; the hook may crash nodes and cut links.
  public func onMessage(_ hook: Hook?) {
    self.hook.withLock { $0 = HookBox(hook: hook) }
  }

  // MARK: What a test breaks

  /// Ends a node as `kill -9` does: what it was doing has no effect on others any more, and everyone
  /// who was connected to it hears of it one message delay later.
  public func crash(_ node: NodeName) {
    let (calls, peers) = state.withLock { state -> ([Int], [ActorCluster]) in
      guard state.nodes.removeValue(forKey: node) != nil else { return ([], []) }
      let calls = state.calls.keys.sorted().filter {
        state.calls[$0].map { $0.to == node || $0.from == node } ?? false
      }
      let peers = state.nodes.keys.sorted().filter {
        state.messagesOnLink[Link(from: $0, to: node)] != nil
      }
      return (calls, peers.compactMap { state.nodes[$0] })
    }
    for number in calls { lose(number, because: node) }
    for peer in peers {
      after(noticeDelay(from: node, to: peer.node)) { peer.report(.lost(node)) }
    }
  }

  /// Drops every message between two nodes from now on, without telling them.
  public func cut(_ one: NodeName, _ other: NodeName) {
    state.withLock { state in
      state.cut.insert(Link(from: one, to: other))
      state.cut.insert(Link(from: other, to: one))
    }
  }

  /// Lets messages between two nodes pass again.
  public func mend(_ one: NodeName, _ other: NodeName) {
    state.withLock { state in
      state.cut.remove(Link(from: one, to: other))
      state.cut.remove(Link(from: other, to: one))
    }
  }

  // MARK: For the transport

  func attach(_ cluster: ActorCluster) throws(ClusterError) {
    let isFree = state.withLock { state in
      guard state.nodes[cluster.node] == nil else { return false }
      state.nodes[cluster.node] = cluster
      return true
    }
    guard isFree else {
      throw .unreachable(cluster.node, why: "A node of this name is running.")
    }
  }

  func detach(_ node: NodeName, incarnation: Int) {
    state.withLock { state in
      guard state.incarnations[node] == incarnation else { return }
      state.nodes[node] = nil
    }
  }

  func send(
    _ request: CallRequest, from sender: NodeName, incarnation: Int
  ) async throws(ClusterError) -> CallReply {
    let outcome = OneShot<CallReply, ClusterError>()
    let receiver = request.head.to.node
    let number = try state.withLock { (state) throws(ClusterError) -> Int in
      guard state.nodes[sender] != nil, state.incarnations[sender] == incarnation else {
        throw .unreachable(receiver, why: "The calling node '\(sender)' is not running.")
      }
      guard state.nodes[receiver] != nil else {
        throw .unreachable(receiver, why: "No such node is running.")
      }
      defer { state.nextCall += 1 }
      state.calls[state.nextCall] = Call(request: request, from: sender, outcome: outcome)
      return state.nextCall
    }
    transmit(
      .request, of: request.head.target, from: sender, to: receiver,
      parts: request.head.headers.map(\.value) + [request.head.path], body: request.body
    ) { [self] in arrive(number) }
    return try await outcome.value { [self] in
      takeBack(number)
      return .cancelled
    }
  }

  // MARK: The way of a call

  /// Hands a request to its node, as read from its headers.
  private func arrive(_ number: Int) {
    guard let (call, cluster) = open(number) else {
      // The node closed while the request was on its way.
      guard let call = close(number) else { return }
      call.outcome.fulfil(.failure(.connectionLost(node: call.to, mayHaveRun: false)))
      return
    }
    let headers = Dictionary(
      call.request.head.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    guard
      let head = CallHead(
        path: call.request.head.path, on: cluster.node, header: { headers[$0] })
    else { return answer(number, .refused(.undecodable("The head of the call is malformed."))) }
    if let refusal = cluster.admit(head) { return answer(number, .refused(refusal)) }
    // A task of the receiver: it must not see the task-local values of the caller.
    let serving = cluster.task { [self] in
      let reply = await cluster.serve(CallRequest(head: head, body: call.request.body))
      answer(number, reply)
    }
    state.withLock { state in state.calls[number]?.serving = serving }
  }

  /// Sends a reply, unless its node crashed or the call was taken back.
  private func answer(_ number: Int, _ reply: CallReply) {
    guard let (call, _) = open(number) else { return }
    let http = reply.http
    transmit(
      .reply, of: call.request.head.target, from: call.to, to: call.from,
      parts: ["\(http.status)"] + http.headers.flatMap { [$0.name, $0.value] }, body: http.body
    ) { [self] in
      guard let call = close(number) else { return }
      let headers = Dictionary(
        http.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
      do throws(ClusterError) {
        let reply = try CallReply(
          status: http.status, header: { headers[$0] }, body: http.body)
        call.outcome.fulfil(.success(reply))
      } catch {
        call.outcome.fulfil(.failure(error))
      }
    }
  }

  /// Tells the receiver that nobody waits any more.
  private func takeBack(_ number: Int) {
    guard let (call, _) = open(number) else { return }
    transmit(
      .cancellation, of: call.request.head.target, from: call.from, to: call.to, parts: [], body: []
    ) { [self] in close(number)?.serving?.cancel() }
  }

  /// Ends a call of a crashed node: for its caller if the callee crashed, for its callee if the caller
  /// did.
  private func lose(_ number: Int, because crashed: NodeName) {
    guard let call = close(number) else { return }
    let lost = ClusterError.connectionLost(node: call.to, mayHaveRun: true)
    if call.from == crashed {
      call.outcome.fulfil(.failure(lost))
      after(noticeDelay(from: crashed, to: call.to)) { call.serving?.cancel() }
    } else {
      call.serving?.cancel()
      after(noticeDelay(from: crashed, to: call.from)) { call.outcome.fulfil(.failure(lost)) }
    }
  }

  private func open(_ number: Int) -> (Call, ActorCluster)? {
    state.withLock { state in
      guard let call = state.calls[number], let cluster = state.nodes[call.to] else { return nil }
      return (call, cluster)
    }
  }

  private func close(_ number: Int) -> Call? {
    state.withLock { $0.calls.removeValue(forKey: number) }
  }

  // MARK: The way of a message

  /// Counts, shows and hashes a message; it arrives after its delay unless its link is cut then.
  private func transmit(
    _ purpose: SimulatedMessage.Purpose, of target: String, from: NodeName, to: NodeName,
    parts: [String], body: [UInt8], arrival: @escaping @Sendable () -> Void
  ) {
    let link = Link(from: from, to: to)
    let now = runtime.now
    let (message, delay) = state.withLock { state -> (SimulatedMessage, Duration) in
      let message = SimulatedMessage(
        index: state.messageCount, time: now, purpose: purpose, from: from, to: to, target: target,
        byteCount: body.count)
      state.messageCount += 1
      state.messagesOnLink[link, default: 0] += 1
      state.trace.combine(message, parts: parts, body: body)
      return (message, drawDelay(link, state.messagesOnLink[link, default: 0]))
    }
    hook.withLock({ $0 }).hook?(message)
    guard isWhole(link) else { return }
    after(delay) { [self] in
      if isWhole(link) { arrival() }
    }
  }

  private func isWhole(_ link: Link) -> Bool { state.withLock { !$0.cut.contains(link) } }

  /// The delay of the n-th message of a link follows from seed, link and n alone, so one message
  /// more on one link leaves all others as they are.
  private func drawDelay(_ link: Link, _ number: UInt64) -> Duration {
    var hash = StableHash()
    hash.combine(runtime.seed)
    hash.combine(link.from.rawValue)
    hash.combine("→")
    hash.combine(link.to.rawValue)
    hash.combine(number)
    var generator = SeededGenerator(seed: hash.value)
    let bounds = delay.lowerBound.wholeNanoseconds...delay.upperBound.wholeNanoseconds
    return .nanoseconds(Int64.random(in: bounds, using: &generator))
  }

  /// How long it takes until a node hears that a connection is gone.
  private func noticeDelay(from: NodeName, to: NodeName) -> Duration {
    drawDelay(Link(from: from, to: to), .max)
  }

  private func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
    _ = runtime.schedule(at: runtime.now + delay, action)
  }
}

extension StableHash {
  fileprivate mutating func combine(
    _ message: SimulatedMessage, parts: [String], body: [UInt8]
  ) {
    combine(UInt64(bitPattern: message.time.wholeNanoseconds))
    combine(message.purpose.rawValue)
    for text in [message.from.rawValue, message.to.rawValue, message.target] + parts {
      combine(UInt64(text.utf8.count))
      combine(text)
    }
    combine(UInt64(body.count))
    combine(body)
  }
}
