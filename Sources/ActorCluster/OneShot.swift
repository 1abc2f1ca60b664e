import HTTP2Connection

/// A result that arrives once and is awaited by one task; later results are dropped.
///
///     empty ──fulfil──▶ done ◀──fulfil── waiting
///       └───────────value───────────────────▲
package final class OneShot<Value: Sendable, Failure: Error>: Sendable {
  package typealias Outcome = Result<Value, Failure>

  private enum State {
    case empty
    case waiting(UnsafeContinuation<Outcome, Never>)
    case done(Outcome)
  }

  private let state = Guarded<State>(.empty)

  package init() {}

  /// Delivers the outcome; tells whether it was the first.
  @discardableResult
  package func fulfil(_ outcome: Outcome) -> Bool {
    let waiting: UnsafeContinuation<Outcome, Never>?
    let isFirst: Bool
    (waiting, isFirst) = state.withLock { state in
      switch state {
      case .empty:
        state = .done(outcome)
        return (nil, true)
      case .waiting(let continuation):
        state = .done(outcome)
        return (continuation, true)
      case .done: return (nil, false)
      }
    }
    waiting?.resume(returning: outcome)
    return isFirst
  }

  /// Waits for the outcome; a cancelled task gets the error made by `onCancel` at once.
  package func value(
    onCancel: @escaping @Sendable () -> Failure
  ) async throws(Failure) -> Value {
    let outcome = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in wait(continuation) }
    } onCancel: {
      fulfil(.failure(onCancel()))
    }
    return try outcome.get()
  }

  /// Waits for the outcome, whether or not the task is cancelled.
  package func uncancellableValue() async throws(Failure) -> Value {
    let outcome = await withUnsafeContinuation { continuation in wait(continuation) }
    return try outcome.get()
  }

  private func wait(_ continuation: UnsafeContinuation<Outcome, Never>) {
    let ready = state.withLock { state -> Outcome? in
      if case .done(let outcome) = state { return outcome }
      state = .waiting(continuation)
      return nil
    }
    if let ready { continuation.resume(returning: ready) }
  }
}
