import HTTP2Connection
import WireCodec

/// Calls from other nodes.
extension ActorCluster {
  /// Judges a call by its head, before its body is read.
  ///
  /// - Parameter peer: the name that the other end of the connection has proved, if any.
  public func admit(
    _ head: CallHead, from peer: String? = nil
  ) -> Result<AdmittedCall, CallRefusal> {
    admit(head, from: peer, authority.permission(for: head.route, from: peer))
  }

  /// The same for a route whose permission is known.
  func admit(
    _ head: CallHead, from peer: String?, _ permission: CallPermission
  ) -> Result<AdmittedCall, CallRefusal> {
    let now = now
    let verdict = state.withLock { state in
      let verdict = Self.judge(head, permission, in: state, twin: twin, at: now)
      if case .failure(let refusal) = verdict {
        state.refused += 1
        if refusal == .unauthorised { state.refusedCalls.add(head.route, from: peer) }
      }
      return verdict
    }
    if case .failure(let refusal) = verdict { told(refusal, of: head) }
    return verdict
  }

  /// Something reached the port of calls that is none.
  func refusedMalformed() {
    callMetrics.countRefusal(.undecodable(""), of: nil)
    refusalLog?.noteMalformed()
  }

  /// A peer wanted to subscribe to what it may not hear.
  public func refusedSubscription(to topic: String, from peer: String?) {
    state.withLock { state in
      state.refused += 1
      state.refusedCalls.add(subscriptionTo: topic, from: peer)
    }
    callMetrics.countRefusal(.unauthorised, of: nil)
    refusalLog?.noteSubscription(to: topic, from: peer)
  }

  private func told(_ refusal: CallRefusal, of head: CallHead) {
    let method = state.withLock { $0.registry[head.to]?.method(head.target) }
    callMetrics.countRefusal(refusal, of: method)
    refusalLog?.note(refusal, of: head)
  }

  /// Starts to run a call in a task of its own, which the end of its time cancels; `then` hears once
  /// how it ended.
  ///
  /// - Returns: the task; `nil` when the call was refused.
  @discardableResult
  public func begin(
    serving call: AdmittedCall, _ body: [UInt8], then: @escaping @Sendable (CallReply) -> Void
  ) -> Task<Void, Never>? {
    let method: HostedActor.Method
    switch beginServing(call, body) {
    case .failure(let refusal):
      told(refusal, of: call.head)
      then(.refused(refusal))
      return nil
    case .success(let call): method = call.method
    }
    let start = now
    let end = call.admittedAt + call.head.timeLeft
    method.tally.begin()
    let limits = CallLimits(
      servedUntil: end, actor: call.head.to, caller: call.head.caller)
    let deadline = ServingDeadline()
    let serving = Task(executorPreference: runtime.taskExecutor) { [self] in
      let reply = await CallLimits.$current.withValue(limits) {
        await run(method, body, until: end)
      }
      deadline.end(on: runtime)
      method.tally.end(CallResult(reply), after: now - start)
      endServing(reply)
      then(reply)
    }
    deadline.begin(at: end, on: runtime) { serving.cancel() }
    return serving
  }

  /// Judges a call and starts to run it.
  @discardableResult
  public func begin(
    serving request: CallRequest, then: @escaping @Sendable (CallReply) -> Void
  ) -> Task<Void, Never>? {
    switch admit(request.head) {
    case .failure(let refusal):
      then(.refused(refusal))
      return nil
    case .success(let call): return begin(serving: call, request.body, then: then)
    }
  }

  /// Judges again if anything changed while the body arrived, and adopts a raised era.
  private func beginServing(
    _ call: AdmittedCall, _ body: [UInt8]
  ) -> Result<AdmittedCall, CallRefusal> {
    state.withLock { state in
      var verdict = Result<AdmittedCall, CallRefusal>.success(call)
      if call.revision != state.revision {
        verdict = Self.judge(
          call.head, call.permission, in: state, twin: twin, at: call.admittedAt)
        guard case .success = verdict else {
          state.refused += 1
          return verdict
        }
      }
      if case .raises = call.method.era { state.raise(to: call.head.era) }
      state.inFlight += 1
      state.bytesReceived += body.count
      return verdict
    }
  }

  private func endServing(_ reply: CallReply) {
    let drained = state.withLock { state in
      state.bytesSent += reply.byteCount
      return state.endCall()
    }
    drained?.fulfil(.success(()))
  }

  /// Looks a method up by actor and name; the era rule is the method's. Whoever has no right to a call
  /// does not learn whether there is such an actor.
  private static func judge(
    _ head: CallHead, _ permission: CallPermission, in state: State, twin: String, at now: Duration
  ) -> Result<AdmittedCall, CallRefusal> {
    guard state.phase == .running else { return .failure(.overloaded) }
    guard head.twin == twin else { return .failure(.wrongTwin(twin)) }
    guard permission != .never else { return .failure(.unauthorised) }
    guard let method = state.registry[head.to]?.method(head.target) else {
      return .failure(.noSuchActor)
    }
    guard method.era.admits(head.era, current: state.era) else {
      return .failure(.staleEra(current: state.era))
    }
    if permission == .ofExpectedCaller {
      guard let caller = head.caller.actor, state.expectedCallers.contains(caller) else {
        return .failure(.unauthorised)
      }
    }
    return .success(
      AdmittedCall(
        head: head, method: method, permission: permission, revision: state.revision,
        admittedAt: now))
  }

  private func run(
    _ method: HostedActor.Method, _ body: [UInt8], until deadline: Duration
  ) async -> CallReply {
    do {
      return .returned(try await method.run(body))
    } catch let error as Arguments.Undecodable {
      return .refused(.undecodable("\(error.reason)"))
    } catch {
      guard Task.isCancelled else { return .threw(Self.encode(error)) }
      return .refused(now >= deadline ? .deadlineExceeded : .cancelled)
    }
  }

  private static func encode(_ error: any Error) -> [UInt8] {
    (try? RemoteFailure(error).encoded()) ?? []
  }
}

/// The timer that ends a call when its time is up, unless the call has ended before.
private final class ServingDeadline: Sendable {
  private enum State {
    case new
    case armed(TimerID)
    case over
  }

  private let state = Guarded(State.new)

  func begin(
    at time: Duration, on runtime: any Runtime, _ action: @escaping @Sendable () -> Void
  ) {
    let timer = runtime.schedule(at: time, action)
    let isOver = state.withLock { state in
      if case .over = state { return true }
      state = .armed(timer)
      return false
    }
    if isOver { runtime.cancel(timer) }
  }

  func end(on runtime: any Runtime) {
    let timer = state.withLock { state -> TimerID? in
      defer { state = .over }
      guard case .armed(let timer) = state else { return nil }
      return timer
    }
    if let timer { runtime.cancel(timer) }
  }
}
