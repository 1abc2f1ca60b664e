import HTTP2Session
import NIOCore

/// A request and its response whose bodies are written as things happen, as one side sees them.
///
/// One task reads and one writes, which may be the same. Nothing piles up: who sends waits while the peer
/// takes nothing, and the peer sends no more than fits the window while nobody reads here.
public final class HTTP2OpenStream: Sendable {
  /// How much may wait to be sent before `send` waits, too: some frames of HTTP/2, so that the line is
  /// busy while the next are made.
  static let unsentBytes = 64 * 1024

  fileprivate enum Role {
    case reader, writer
  }

  fileprivate struct State {
    var head: HTTP2Response?
    /// What came and was not read yet.
    var arrived: [UInt8] = []
    var unsentBytes = 0
    /// How the peer's body ended.
    var end: Result<HTTP2Headers, HTTP2Error>?
    /// The stream is closed: nothing can be sent.
    var isGone = false
    var waiting: [Role: CheckedContinuation<Void, Never>] = [:]

    var hasNews: Bool { !arrived.isEmpty || end != nil }
    var hasRoom: Bool { isGone || unsentBytes <= HTTP2OpenStream.unsentBytes }
  }

  let id: Int32
  private let owner: NIOLoopBound<any HTTP2StreamOwner>
  private let eventLoop: any EventLoop
  private let state = Guarded(State())

  /// Call it on the event loop.
  init(_ id: Int32, of owner: any HTTP2StreamOwner, on eventLoop: any EventLoop) {
    self.id = id
    self.owner = NIOLoopBound(owner, eventLoop: eventLoop)
    self.eventLoop = eventLoop
  }

  // MARK: Reading

  /// Waits for the head of the response (client); its body is empty here.
  ///
  /// - Throws: what became of the request; `cancelled` if the waiting task was.
  public func head() async throws(HTTP2Error) -> HTTP2Response {
    while true {
      if let head = state.withLock({ $0.head }) { return head }
      if case .failure(let error) = state.withLock({ $0.end }) { throw error }
      try await wait(.reader) { $0.head != nil || $0.end != nil }
    }
  }

  /// Waits for more of the peer's body, and takes all that is there; nil at its end.
  ///
  /// - Throws: why there will be no more; `cancelled` if the waiting task was, which ends nothing.
  public func next() async throws(HTTP2Error) -> [UInt8]? {
    while true {
      let (arrived, end) = state.withLock { state in
        defer { state.arrived = [] }
        return (state.arrived, state.end)
      }
      if !arrived.isEmpty {
        onLoop { [id] in $0.session?.take(arrived.count, of: id) }
        return arrived
      }
      switch end {
      case .success: return nil
      case .failure(let error): throw error
      case nil: try await wait(.reader) { $0.hasNews }
      }
    }
  }

  /// What the peer said after its body; empty until `next` returned nil.
  public var trailers: HTTP2Headers {
    if case .success(let trailers) = state.withLock({ $0.end }) { trailers } else { [:] }
  }

  // MARK: Writing

  /// Sends more of this side's body, and waits while much waits already.
  ///
  /// - Throws: why the peer hears nothing more; `cancelled` if the waiting task was, and then the bytes
  ///   are on their way.
  public func send(_ bytes: [UInt8]) async throws(HTTP2Error) {
    let error: HTTP2Error? = state.withLock { state in
      if state.isGone { return state.sendError }
      state.unsentBytes += bytes.count
      return nil
    }
    if let error { throw error }
    onLoop { [id] in $0.session?.add(bytes, to: id) }
    if !state.withLock({ $0.hasRoom }) { try await wait(.writer) { $0.hasRoom } }
  }

  /// Ends this side's body when all is out.
  public func finish(trailers: HTTP2Headers = [:]) {
    onLoop { [id] in $0.session?.finish(id, trailers: trailers) }
  }

  /// Gives the stream up; the peer hears it. Nothing happens when it has ended.
  public func cancel() {
    onLoop { [id] in $0.session?.reset(id, code: .cancel) }
  }

  // MARK: Waiting

  private func wait(
    _ role: Role, until isReady: @escaping @Sendable (State) -> Bool
  ) async throws(HTTP2Error) {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if Task.isCancelled || isReady(state) { return true }
          precondition(state.waiting[role] == nil, "One task reads a stream and one writes.")
          state.waiting[role] = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: role) }?.resume()
    }
    if Task.isCancelled { throw .cancelled }
  }

  private func onLoop(_ action: @escaping @Sendable (HTTP2ConnectionHandler) -> Void) {
    let act = { @Sendable [owner] in
      guard let connection = owner.value.connection else { return }
      action(connection)
      connection.flushSoon()
    }
    if eventLoop.inEventLoop { act() } else { eventLoop.execute(act) }
  }

  // MARK: What the connection says

  func hear(head: HTTP2Response) { change(waking: .reader) { $0.head = head } }

  func hear(_ part: [UInt8]) { change(waking: .reader) { $0.arrived += part } }

  func hearEnd(trailers: HTTP2Headers) {
    change(waking: .reader) { $0.end = $0.end ?? .success(trailers) }
  }

  func hearSent(_ count: Int) {
    let writer = state.withLock { state in
      state.unsentBytes -= count
      return state.hasRoom ? state.waiting.removeValue(forKey: .writer) : nil
    }
    writer?.resume()
  }

  /// The stream is closed.
  ///
  /// - Parameter error: why, for whoever has not heard the peer's end.
  func hearGone(_ error: HTTP2Error) {
    let waiting = state.withLock { state in
      state.isGone = true
      state.end = state.end ?? .failure(error)
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for each in waiting { each.resume() }
  }

  private func change(waking role: Role, _ body: (inout State) -> Void) {
    let waiting = state.withLock { state in
      body(&state)
      return state.waiting.removeValue(forKey: role)
    }
    waiting?.resume()
  }
}

extension HTTP2OpenStream.State {
  /// Why nothing can be sent on a stream that is gone.
  fileprivate var sendError: HTTP2Error {
    if case .failure(let error) = end { error } else { .reset(.noError) }
  }
}
