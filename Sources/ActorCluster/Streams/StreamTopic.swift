import HTTP2Connection

/// Something that is told to whoever subscribes, item by item.
///
/// It keeps its last items and hands each subscriber those that it wants, in order. What a subscriber
/// fetches too late it misses, and hears how much that was.
public final class StreamTopic: Sendable {
  private struct Subscriber {
    var subscription: Subscription
    let wake: AsyncStream<Void>.Continuation
    var isAwake = false

    mutating func rouse() {
      guard !isAwake else { return }
      isAwake = true
      wake.yield()
    }

    /// What to send next; with nothing to send it sleeps.
    mutating func take(from shelf: ItemShelf, at now: Duration, upTo byteCount: Int) -> [UInt8] {
      let frames = subscription.take(from: shelf, at: now, upTo: byteCount)
      if frames.isEmpty { isAwake = false }
      return frames
    }

    /// Called every `patience.sign`; false when it has used up its place.
    mutating func look(at now: Duration, last: Int64, _ patience: StreamPatience) -> Bool {
      if subscription.owesSign() { rouse() }
      return !subscription.isStarving(at: now, last: last, longerThan: patience.credit)
    }
  }

  private struct State {
    var shelf: ItemShelf
    var subscribers: [Int: Subscriber] = [:]
    var subscriberCount = 0
    var isFinished = false
    /// Publishers that wait for the slowest subscriber.
    var waiting: [CheckedContinuation<Void, Never>] = []

    /// True while the next item pushes none out that a subscriber still wants.
    var hasRoom: Bool {
      !subscribers.isEmpty
        && subscribers.values.allSatisfy {
          shelf.last - $0.subscription.number < Int64(shelf.limit)
        }
    }

    mutating func add(_ payload: [UInt8], at now: Duration) {
      shelf.add(payload, at: now)
      rouse()
    }

    mutating func rouse() {
      for id in subscribers.keys { subscribers[id]!.rouse() }
    }
  }

  /// Tells this start of the publisher from others.
  public let reign: Int64
  private let now: @Sendable () -> Duration
  private let patience: StreamPatience
  private let state: Guarded<State>

  /// How much is sent at once: more would only wait in a buffer.
  private static let batchBytes = 32 * 1024

  /// - Parameters:
  ///   - limit: how many of the last items are kept.
  ///   - now: a clock that runs evenly.
  public init(
    reign: Int64, keeping limit: Int, patience: StreamPatience = StreamPatience(),
    now: @escaping @Sendable () -> Duration
  ) {
    self.reign = reign
    self.patience = patience
    self.now = now
    state = Guarded(State(shelf: ItemShelf(limit: limit)))
  }

  /// Says something to all subscribers, those that come later included; waits for nobody.
  public func publish(_ payload: [UInt8]) {
    let now = now()
    state.withLock { $0.add(payload, at: now) }
  }

  /// The same for items that nobody shall miss: waits for a subscriber, and then for the slowest. An item
  /// of a task that is cancelled is not said.
  public func publishInTurn(_ payload: [UInt8]) async {
    let now = now()
    while !Task.isCancelled {
      let isOut = state.withLock { state in
        guard state.hasRoom else { return false }
        state.add(payload, at: now)
        return true
      }
      if isOut { return }
      await waitForRoom()
    }
  }

  private func waitForRoom() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if state.hasRoom || Task.isCancelled { return true }
          state.waiting.append(continuation)
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      letPublishersLook()
    }
  }

  private func letPublishersLook() {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    for each in waiting { each.resume() }
  }

  /// Ends every stream when its subscriber has what it wants.
  public func finish() {
    state.withLock { state in
      state.isFinished = true
      state.rouse()
    }
  }

  /// How many subscribers there are, for tests.
  var subscriberCount: Int { state.withLock { $0.subscribers.count } }

  // MARK: Serving a subscriber

  /// Says on a stream what its subscriber wants, from a place on, until one of them ends it.
  func serve(_ stream: HTTP2OpenStream, from place: StreamPlace?) async -> StreamEnd {
    let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let number = place?.reign == reign ? place!.number : 0
    let id = join(Subscriber(subscription: Subscription(after: number), wake: wake))
    defer { leave(id) }
    return await withTaskGroup(of: StreamEnd.self) { group in
      group.addTask { await self.hear(id, on: stream) }
      group.addTask { await self.tell(id, on: stream, wakes) }
      group.addTask { await self.watch(id) }
      let end = await group.next()!
      group.cancelAll()
      return end
    }
  }

  /// Takes the credit that a subscriber grants, until it says no more.
  private func hear(_ id: Int, on stream: HTTP2OpenStream) async -> StreamEnd {
    var reader = StreamFrameReader(limit: Self.creditBytes)
    do {
      while let bytes = try await stream.next() {
        reader.append(bytes)
        while let frame = try reader.next() {
          guard case .credit(let count) = frame else { throw StreamFault.unexpected }
          guard count > 0 else { throw StreamFault.misshapen }
          grant(count, to: id)
        }
      }
      return StreamEnd(.done)
    } catch let fault as StreamFault {
      return StreamEnd(.faulty, fault.description)
    } catch {
      return StreamEnd(.leaving)
    }
  }

  /// The longest frame of a subscriber: credit.
  private static let creditBytes = 8

  private func tell(
    _ id: Int, on stream: HTTP2OpenStream, _ wakes: AsyncStream<Void>
  ) async -> StreamEnd {
    for await _ in wakes {
      while true {
        let frames = take(for: id)
        if frames.isEmpty { break }
        do { try await stream.send(frames) } catch { return StreamEnd(.leaving) }
      }
      if hasAll(id) { return StreamEnd(.done) }
    }
    return StreamEnd(.leaving)
  }

  /// Looks again and again whether a subscriber waits for a sign of life, or lets others wait for its
  /// credit.
  private func watch(_ id: Int) async -> StreamEnd {
    while (try? await Task.sleep(for: patience.sign)) != nil {
      let now = now()
      let goesOn = state.withLock { state -> Bool in
        let last = state.shelf.last
        return state.subscribers[id]?.look(at: now, last: last, patience) ?? true
      }
      guard goesOn else {
        return StreamEnd(.leaving, "Items waited and nothing was granted for \(patience.credit).")
      }
    }
    return StreamEnd(.leaving)
  }

  private func join(_ subscriber: Subscriber) -> Int {
    let id = state.withLock { state in
      state.subscriberCount += 1
      state.subscribers[state.subscriberCount] = subscriber
      state.subscribers[state.subscriberCount]!.rouse()
      return state.subscriberCount
    }
    letPublishersLook()
    return id
  }

  private func leave(_ id: Int) {
    state.withLock { $0.subscribers[id] = nil }
    letPublishersLook()
  }

  private func grant(_ count: UInt32, to id: Int) {
    state.withLock { state in
      state.subscribers[id]?.subscription.grant(count)
      state.subscribers[id]?.rouse()
    }
  }

  /// The next frames for a subscriber; with none it sleeps until it is roused.
  private func take(for id: Int) -> [UInt8] {
    let now = now()
    let frames = state.withLock { state -> [UInt8] in
      let shelf = state.shelf
      return state.subscribers[id]?.take(from: shelf, at: now, upTo: Self.batchBytes) ?? []
    }
    if !frames.isEmpty { letPublishersLook() }
    return frames
  }

  /// Whether a subscriber heard all that there will ever be.
  private func hasAll(_ id: Int) -> Bool {
    state.withLock { state in
      state.isFinished && state.subscribers[id]?.subscription.number == state.shelf.last
    }
  }
}
