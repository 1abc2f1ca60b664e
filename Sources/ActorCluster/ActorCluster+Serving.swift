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
    let head = request.head
    switch beginServing(request) {
    case .failure(let refusal): return .refused(refusal)
    case .success(let method):
      let reply = await run(method, head, request.body)
      state.withLock { $0.counters.bytesSent += reply.byteCount }
      endCall()
      return reply
    }
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
    _ method: HostedActor.Method, _ head: CallHead, _ body: [UInt8]
  ) async -> CallReply {
    let deadline = now + head.timeLeft
    let limits = CallLimits(servedUntil: deadline, actor: head.to)
    let work = Task(executorPreference: runtime.taskExecutor) { [self] in
      await CallLimits.$current.withValue(limits) { () async -> CallReply in
        do {
          return .returned(try await method.run(body))
        } catch let error as Arguments.Undecodable {
          return .refused(.undecodable("\(error.reason)"))
        } catch {
          guard Task.isCancelled else { return .threw(Self.encode(error)) }
          return .refused(now >= deadline ? .deadlineExceeded : .cancelled)
        }
      }
    }
    let timer = runtime.schedule(at: deadline) { work.cancel() }
    defer { runtime.cancel(timer) }
    return await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      work.cancel()
    }
  }

  private static func encode(_ error: any Error) -> [UInt8] {
    (try? RemoteFailure(error).encoded()) ?? []
  }
}
