import Distributed
import WireCodec

/// Calls to actors of other nodes.
extension ActorCluster {
  public func remoteCall<Act, Err, Res>(
    on actor: Act, target: RemoteCallTarget, invocation: inout CallInvocationEncoder,
    throwing: Err.Type, returning: Res.Type
  ) async throws -> Res
  where Act: DistributedActor, Act.ID == ActorIdentity, Err: Error, Res: WireCodable {
    let body = try await call(actor.id, target, try invocation.finish())
    do {
      return try Res(decoding: body)
    } catch {
      throw ClusterError.protocolViolation("The result of \(target) cannot be read: \(error)")
    }
  }

  public func remoteCallVoid<Act, Err>(
    on actor: Act, target: RemoteCallTarget, invocation: inout CallInvocationEncoder,
    throwing: Err.Type
  ) async throws
  where Act: DistributedActor, Act.ID == ActorIdentity, Err: Error {
    _ = try await call(actor.id, target, try invocation.finish())
  }

  /// Makes a call and returns the body of its result.
  private func call(
    _ identity: ActorIdentity, _ target: RemoteCallTarget, _ body: [UInt8]
  ) async throws(ClusterError) -> [UInt8] {
    let limits = CallLimits.current
    let start = now
    let deadline = limits.deadline(from: start)
    guard deadline > start else {
      throw .deadlineExceeded(identity, target: StableName.of(target))
    }
    guard !Task.isCancelled else { throw .cancelled }
    let key = CallRoutes.Key(to: identity, identifier: target.identifier, actor: limits.actor)
    let (head, tally) = try beginSending(key, target, timeLeft: deadline - start, body)
    let reply: CallReply
    do throws(ClusterError) {
      reply = try await exchange(CallRequest(head: head, body: body), until: deadline)
    } catch {
      tally.end(CallResult(error), after: now - start)
      throw error
    }
    tally.end(CallResult(reply), after: now - start)
    return try Self.result(of: reply, to: head)
  }

  private func beginSending(
    _ key: CallRoutes.Key, _ target: RemoteCallTarget, timeLeft: Duration, _ body: [UInt8]
  ) throws(ClusterError) -> (CallHead, CallTally) {
    let begun = state.withLock { state -> (CallHead, CallTally)? in
      guard state.phase != .closed else { return nil }
      let way = state.routes[key] ?? addWay(key, target, to: &state.routes)
      state.inFlight += 1
      state.bytesSent += body.count
      return (CallHead(route: way.route, era: state.era, timeLeft: timeLeft), way.tally)
    }
    guard let begun else { throw .unreachable(key.to.node, why: "This node has shut down.") }
    begun.1.begin()
    return begun
  }

  private func addWay(
    _ key: CallRoutes.Key, _ target: RemoteCallTarget, to routes: inout CallRoutes
  ) -> CallRoutes.Way {
    let route = CallRoute(
      to: key.to, target: StableName.of(target), twin: twin,
      caller: Caller(node: node, actor: key.actor))
    let call = CallCounters.Key(
      callerKind: key.actor?.kind, kind: route.to.kind, target: route.target)
    let way = CallRoutes.Way(route: route, tally: callMetrics.tally(.made, call))
    routes.add(way, for: key)
    return way
  }

  /// Sends, until the deadline or until the caller is cancelled.
  private func exchange(
    _ request: CallRequest, until deadline: Duration
  ) async throws(ClusterError) -> CallReply {
    let outcome = OneShot<CallReply, ClusterError>()
    let call = begin(request) { [self] result in
      // First, so that whoever made the call finds it counted.
      endSending(result)
      outcome.fulfil(result)
    }
    let head = request.head
    let timer = runtime.schedule(at: deadline) {
      outcome.fulfil(.failure(.deadlineExceeded(head.to, target: head.target)))
      call.withdraw()
    }
    defer { runtime.cancel(timer) }
    return try await outcome.value {
      call.withdraw()
      return .cancelled
    }
  }

  private func begin(
    _ request: CallRequest, then: @escaping @Sendable (Result<CallReply, ClusterError>) -> Void
  ) -> CallInFlight {
    guard request.head.to.node != node else {
      // A stub of an actor of our own: no detour over the network.
      let serving = begin(serving: request) { then(.success($0)) }
      return CallInFlight { serving?.cancel() }
    }
    return transport.begin(request, then: then)
  }

  private static func result(
    of reply: CallReply, to head: CallHead
  ) throws(ClusterError) -> [UInt8] {
    switch reply {
    case .returned(let body): return body
    case .threw(let body):
      guard let failure = try? RemoteFailure(decoding: body) else {
        throw .protocolViolation("The error thrown by '\(head.target)' cannot be read.")
      }
      throw .remote(failure)
    case .refused(let refusal): throw ClusterError(refusal, of: head)
    }
  }

  private func endSending(_ result: Result<CallReply, ClusterError>) {
    let drained = state.withLock { state in
      if case .success(let reply) = result { state.bytesReceived += reply.byteCount }
      return state.endCall()
    }
    drained?.fulfil(.success(()))
  }

  func callsHaveEnded(within limit: Duration) async {
    let drained = state.withLock { state -> OneShot<Void, Never>? in
      guard state.inFlight > 0 else { return nil }
      state.drained = OneShot()
      return state.drained
    }
    guard let drained else { return }
    let timer = runtime.schedule(at: now + limit) { drained.fulfil(.success(())) }
    await drained.uncancellableValue()
    runtime.cancel(timer)
  }
}

extension ClusterError {
  /// What a refusal means for the caller.
  init(_ refusal: CallRefusal, of head: CallHead) {
    self =
      switch refusal {
      case .noSuchActor: .noSuchActor(head.to, target: head.target)
      case .unauthorised: .unauthorised(head.to, target: head.target)
      case .staleEra(let current): .staleEra(current: current)
      case .wrongTwin(let twin): .wrongTwin(twin)
      case .moved(let node): .moved(to: node)
      case .overloaded: .overloaded(head.to.node)
      case .tooLarge: .protocolViolation("The arguments of '\(head.target)' are too large.")
      case .undecodable(let why):
        .protocolViolation("The peer cannot read the call '\(head.target)': \(why)")
      case .deadlineExceeded: .deadlineExceeded(head.to, target: head.target)
      case .cancelled: .cancelled
      }
  }
}
