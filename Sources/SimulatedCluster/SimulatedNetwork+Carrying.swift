import ActorCluster
import Synchronization

/// How messages get from node to node, and calls to their replies.
extension SimulatedNetwork {
  func begin(
    _ request: CallRequest, from sender: NodeName, incarnation: Int,
    then: @escaping @Sendable (Result<CallReply, ClusterError>) -> Void
  ) -> CallInFlight {
    var request = request
    request.head.passOverTheWire()
    let head = request.head
    if let rewrite = hooks.withLock({ $0.rewrite }) {
      rewrite(&request.head) { host($0)?.cluster }
    }
    let call = SimulatedCall(head: head, request: request, from: sender, then: then)
    let receiver = call.to
    let registered = state.withLock {
      state -> Result<(number: Int, target: Int), ClusterError> in
      guard state.hosts[sender]?.incarnation == incarnation else {
        return .failure(
          .unreachable(receiver, why: "The calling node '\(sender)' is not running."))
      }
      guard let host = state.hosts[receiver] else {
        return .failure(.unreachable(receiver, why: "No such node is running."))
      }
      defer { state.nextCall += 1 }
      state.calls[state.nextCall] = call
      return .success((state.nextCall, host.incarnation))
    }
    let number: Int
    let target: Int
    switch registered {
    case .success(let registered): (number, target) = registered
    case .failure(let error):
      call.fulfil(.failure(error))
      return CallInFlight {}
    }
    transmit(.request, of: request.head, from: sender, to: receiver, body: request.body) {
      [self] isCopy in
      if isCopy || isForgotten(number) {
        serveUnanswered(call.request, incarnation: target)
      } else {
        arrive(number)
      }
    }
    return CallInFlight { [self] in
      guard call.fulfil(.failure(.cancelled)) else { return }
      takeBack(number)
    }
  }

  // MARK: The way of a call

  /// Hands a request to its node.
  private func arrive(_ number: Int) {
    guard let (call, cluster) = open(number) else {
      // The node closed while the request was on its way.
      guard let call = close(number) else { return }
      call.fulfil(.failure(.connectionLost(node: call.to, mayHaveRun: false)))
      return
    }
    call.serve(by: cluster.begin(serving: call.request) { [self] in answer(number, $0) })
  }

  /// Hands a request to its node of which nobody wants to hear: a second copy, or one whose sender
  /// crashed or gave up after it was sent. A node that was started since then does not get it.
  private func serveUnanswered(_ request: CallRequest, incarnation: Int) {
    guard let host = host(request.head.to.node), host.incarnation == incarnation else { return }
    host.cluster.begin(serving: request) { _ in }
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
        call.fulfil(.success(try reply.overTheWire()))
      } catch {
        call.fulfil(.failure(error))
      }
    }
  }

  /// Tells the receiver that nobody waits any more.
  private func takeBack(_ number: Int) {
    guard let (call, _) = open(number) else { return }
    transmit(.cancellation, of: call.request.head, from: call.from, to: call.to, body: []) {
      [self] _ in close(number)?.cancelServing()
    }
  }

  /// Ends a call of a crashed node: for its caller if the callee crashed, for its callee if the caller
  /// did. Where the way is cut, nobody hears of it.
  func lose(_ number: Int, because crashed: NodeName) {
    guard let call = close(number) else { return }
    let lost = ClusterError.connectionLost(node: call.to, mayHaveRun: true)
    let survivor = call.from == crashed ? call.to : call.from
    if call.from == crashed {
      call.fulfil(.failure(lost))
    } else {
      call.cancelServing()
    }
    after(noticeDelay_ns(from: crashed, to: survivor)) { [self] in
      guard isWhole(from: crashed, to: survivor) else { return }
      deliver(to: survivor) { _ in
        if call.from == crashed {
          call.cancelServing()
        } else {
          call.fulfil(.failure(lost))
        }
      }
    }
  }

  private func open(_ number: Int) -> (SimulatedCall, ActorCluster)? {
    state.withLock { state in
      guard let call = state.calls[number], let host = state.hosts[call.to] else { return nil }
      return (call, host.cluster)
    }
  }

  private func close(_ number: Int) -> SimulatedCall? {
    state.withLock { $0.calls.removeValue(forKey: number) }
  }

  /// Whether nobody waits for a call any more.
  private func isForgotten(_ number: Int) -> Bool {
    state.withLock { $0.calls[number] == nil }
  }

  func host(_ node: NodeName) -> Host? { state.withLock { $0.hosts[node] } }

  // MARK: The way of a message

  /// Counts, shows and hashes a message; it arrives after its delay, perhaps twice, unless it is lost
  /// or its link is cut then.
  private func transmit(
    _ purpose: SimulatedMessage.Purpose, of head: CallHead, status: Int? = nil, from: NodeName,
    to: NodeName, body: [UInt8], arrival: @escaping @Sendable (_ isCopy: Bool) -> Void
  ) {
    var message = SimulatedMessage(
      index: 0, time: runtime.now, purpose: purpose, from: from, to: to, target: head.target,
      byteCount: body.count, actor: head.to, caller: head.caller.actor, era: head.era,
      status: status)
    let (link, passage, isCut) = state.withLock { state -> (Int, LinkState.Passage, Bool) in
      message.index = state.messageCount
      state.messageCount += 1
      state.trace.combine(message, of: head, body: body)
      let link = state.number(of: Link(from: from, to: to), seed: runtime.seed)
      let passage = state.links[link].draw(delay_ns: delay_ns, isRequest: purpose == .request)
      return (link, passage, state.links[link].isCut)
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

  private func isWhole(_ link: Int) -> Bool { state.withLock { !$0.links[link].isCut } }

  func isWhole(from: NodeName, to: NodeName) -> Bool {
    state.withLock { !$0.links[$0.number(of: Link(from: from, to: to), seed: runtime.seed)].isCut }
  }

  /// How long it takes until a node hears that a connection is gone.
  func noticeDelay_ns(from: NodeName, to: NodeName) -> Int64 {
    LinkState(Link(from: from, to: to), seed: runtime.seed).noticeDelay_ns(within: delay_ns)
  }

  func after(_ delay_ns: Int64, _ action: @escaping @Sendable () -> Void) {
    _ = runtime.schedule(at_ns: runtime.now_ns + delay_ns, on: .own, action)
  }

  /// Does something at a node: now, or when it goes on.
  func deliver(
    to name: NodeName, _ action: @escaping @Sendable (Host) -> Void, orElse: () -> Void = {}
  ) {
    guard let host = host(name) else { return orElse() }
    guard runtime.isPaused(host.node.lane) else { return action(host) }
    _ = runtime.schedule(at_ns: runtime.now_ns, on: host.node.lane) { action(host) }
  }
}
