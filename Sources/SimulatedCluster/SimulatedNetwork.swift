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

  /// Mutexes hold no bare closures.
  struct Hooks {
    var onSending: Hook?
    var onArrival: Hook?
    var rewrite: Rewrite?
  }

  struct State {
    var hosts: [NodeName: Host] = [:]
    /// How often each name was started: what an earlier start still does has no effect.
    var starts: [NodeName: Int] = [:]
    /// Keeps the lanes of all starts while jobs may be on them.
    var nodes: [SimulatedNode] = []
    var calls: [Int: SimulatedCall] = [:]
    var nextCall = 0
    var messageCount = 0
    /// In the order of their first use.
    var links: [LinkState] = []
    var numbers: [Link: Int] = [:]
    var trace = TraceHash()

    /// The place of a direction among `links`.
    mutating func number(of link: Link, seed: UInt64) -> Int {
      if let number = numbers[link] { return number }
      numbers[link] = links.count
      links.append(LinkState(link, seed: seed))
      return links.count - 1
    }
  }

  /// The bounds of a message's time on the way when nothing else is said: those of a small network.
  public static let defaultDelay = Duration.microseconds(200)...Duration.milliseconds(2)

  /// What drives this network.
  public let runtime: SimulatedRuntime
  let delay_ns: ClosedRange<Int64>
  private let authority: any CallAuthority
  let state = Mutex(State())
  let hooks = Mutex(Hooks())

  /// Makes a network without nodes.
  ///
  /// - Parameter authority: who may call what on each node.
  public init(
    runtime: SimulatedRuntime, delay: ClosedRange<Duration> = SimulatedNetwork.defaultDelay,
    authority: any CallAuthority
  ) {
    self.runtime = runtime
    self.authority = authority
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
      node: name, twin: twin, era: era, transport: transport, runtime: node, authority: authority)
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
        state.numbers[Link(from: $0, to: node)].map { state.links[$0].messageCount > 0 } ?? false
      }
      return (host, calls, peers)
    }
    guard let host else { return }
    // Its tasks must come to their end; nobody hears of it.
    runtime.resume(host.node.lane)
    for number in calls { lose(number, because: node) }
    for peer in peers {
      after(noticeDelay_ns(from: node, to: peer)) { [self] in
        guard isWhole(from: node, to: peer) else { return }
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
    state.withLock { body(&$0.links[$0.number(of: link, seed: runtime.seed)]) }
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
}
