import HTTP2Connection
import WireCodec

/// Calls from other nodes.
extension ActorCluster {
  /// Judges a call by its head, before its body is read; nil admits it.
  public func admit(_ head: CallHead) -> CallRefusal? {
    let refusal = state.withLock { state -> CallRefusal? in
      if case .failure(let refusal) = Self.find(head, in: state, twin: twin) {
        state.counters.refused += 1
        return refusal
      }
      return nil
    }
    return refusal
  }

  /// Runs a call to its end, or until its time is up or the calling task is cancelled.
  public func serve(_ request: CallRequest) async -> CallReply {
    let outcome = OneShot<CallReply, Never>()
    let serving = begin(serving: request) { outcome.fulfil(.success($0)) }
    return await withTaskCancellationHandler {
      await outcome.uncancellableValue()
    } onCancel: {
      serving?.cancel()
    }
  }

  /// Starts to run a call in a task of its own, which the end of its time cancels; `then` hears once
  /// how it ended.
  ///
  /// - Returns: the task; `nil` when the call was refused.
  @discardableResult
  public func begin(
    serving request: CallRequest, then: @escaping @Sendable (CallReply) -> Void
  ) -> Task<Void, Never>? {
    let method: HostedActor.Method
    switch beginServing(request) {
    case .failure(let refusal):
      then(.refused(refusal))
      return nil
    case .success(let found): method = found
    }
    let limits = CallLimits(servedUntil: now + request.head.timeLeft, actor: request.head.to)
    let deadline = ServingDeadline()
    let serving = Task(executorPreference: runtime.taskExecutor) { [self] in
      let reply = await CallLimits.$current.withValue(limits) {
        await run(method, request.body, until: limits.servedUntil!)
      }
      deadline.end(on: runtime)
      state.withLock { $0.counters.bytesSent += reply.byteCount }
      endCall()
      then(reply)
    }
    deadline.begin(at: limits.servedUntil!, on: runtime) { serving.cancel() }
    return serving
  }

  /// Checks again, since the era may have changed while the body arrived, and adopts a raised era.
  private func beginServing(
    _ request: CallRequest
  ) -> Found {
    state.withLock { state in
      let found = Self.find(request.head, in: state, twin: twin)
      guard case .success(let method) = found else {
        state.counters.refused += 1
        return found
      }
      if case .raises = method.era { state.era = max(state.era, request.head.era) }
      state.inFlight += 1
      state.counters.countReceived(request)
      return found
    }
  }

  private enum Found {
    case success(HostedActor.Method)
    case failure(CallRefusal)
  }

  /// Looks a method up by actor and name; the era rule is the method's.
  private static func find(_ head: CallHead, in state: State, twin: String) -> Found {
    guard state.phase == .running else { return .failure(.overloaded) }
    guard head.twin == twin else { return .failure(.wrongTwin(twin)) }
    guard let method = state.registry[head.to]?.method(head.target) else {
      return .failure(.noSuchActor)
    }
    guard method.era.admits(head.era, current: state.era) else {
      return .failure(.staleEra(current: state.era))
    }
    return .success(method)
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
