import ActorCluster
import GridModel
import Synchronization

/// The letter box of one segment while it balances one tick: what it tells and hears, by neighbour
/// and round, and who waits for it.
///
/// Only its actor touches it, which serves other calls while it waits. A message that comes twice is
/// the same message.
final class BalanceRounds: Sendable {
  let moment: Moment
  private let state: Mutex<State>

  private struct Slip: Hashable, Comparable {
    var neighbour: SegmentPlan.ID
    var round: Int

    static func < (a: Self, b: Self) -> Bool {
      (a.neighbour, a.round) < (b.neighbour, b.round)
    }
  }

  private typealias Waiter = OneShot<BalanceMessage, any Error>

  private struct State: Sendable {
    var hasBegun = false
    var isOver: Bool
    var told: [Slip: BalanceMessage] = [:]
    /// The last round in which something was told.
    var round = -1
    var heard: [Slip: BalanceMessage] = [:]
    var waitsToTell: [Slip: [Waiter]] = [:]
    var waitsToHear: [Slip: [Waiter]] = [:]
    var isFound = false
    var waitsForEnd: [OneShot<Void, any Error>] = []
  }

  /// Rounds that are kept: a neighbour is at most one behind.
  private static let keptRounds = 2

  /// What everyone hears who waits for what does not come any more.
  private var abandoned: SegmentError { .abandoned(tick: moment.tick) }

  init(_ moment: Moment, isOver: Bool = false) {
    self.moment = moment
    state = Mutex(State(isOver: isOver))
  }

  /// Whether nobody has begun before.
  func begin() -> Bool {
    state.withLock { state in
      defer { state.hasBegun = true }
      return !state.hasBegun && !state.isOver
    }
  }

  /// What a neighbour gets to hear in a round.
  func tell(_ neighbour: SegmentPlan.ID, _ message: BalanceMessage) {
    let slip = Slip(neighbour: neighbour, round: message.round)
    let waiters = state.withLock { state in
      state.told[slip] = message
      state.round = max(state.round, message.round)
      state.told[Slip(neighbour: neighbour, round: message.round - Self.keptRounds)] = nil
      return state.waitsToTell.removeValue(forKey: slip) ?? []
    }
    for waiter in waiters { waiter.fulfil(.success(message)) }
  }

  /// What a neighbour said in a round.
  func hear(_ message: BalanceMessage, from neighbour: SegmentPlan.ID) {
    let slip = Slip(neighbour: neighbour, round: message.round)
    let waiters = state.withLock { state in
      // Nobody can be further than one round ahead, since he waits for ours.
      guard !state.isOver, message.round <= state.round + 1,
        message.round > state.round - Self.keptRounds
      else { return [Waiter]() }
      state.heard[slip] = message
      return state.waitsToHear.removeValue(forKey: slip) ?? []
    }
    for waiter in waiters { waiter.fulfil(.success(message)) }
  }

  /// Waits for what a neighbour says in a round, once.
  func heard(from neighbour: SegmentPlan.ID, round: Int) async throws -> BalanceMessage {
    let slip = Slip(neighbour: neighbour, round: round)
    let waiter = Waiter()
    let ready = state.withLock { state -> Result<BalanceMessage, any Error>? in
      if let message = state.heard.removeValue(forKey: slip) { return .success(message) }
      guard !state.isOver else { return .failure(abandoned) }
      state.waitsToHear[slip, default: []].append(waiter)
      return nil
    }
    if let ready { return try ready.get() }
    let message = try await waiter.value { CancellationError() }
    state.withLock { $0.heard[slip] = nil }
    return message
  }

  /// Waits for what this segment tells a neighbour in a round.
  func told(_ neighbour: SegmentPlan.ID, round: Int) async throws -> BalanceMessage {
    let slip = Slip(neighbour: neighbour, round: round)
    let waiter = Waiter()
    let ready = state.withLock { state -> Result<BalanceMessage, any Error>? in
      if let message = state.told[slip] { return .success(message) }
      guard !state.isOver else { return .failure(abandoned) }
      state.waitsToTell[slip, default: []].append(waiter)
      return nil
    }
    if let ready { return try ready.get() }
    return try await waiter.value { CancellationError() }
  }

  /// Waits for the end of what another call began.
  func outcome() async throws {
    let waiter = OneShot<Void, any Error>()
    let ready = state.withLock { state -> Result<Void, any Error>? in
      if state.isFound { return .success(()) }
      guard !state.isOver else { return .failure(abandoned) }
      state.waitsForEnd.append(waiter)
      return nil
    }
    if let ready { return try ready.get() }
    try await waiter.value { CancellationError() }
  }

  /// The set-points are found. Neighbours may still ask for the last round.
  func finish() {
    let waiters = state.withLock { state in
      state.isFound = true
      state.isOver = true
      state.heard = [:]
      defer { state.waitsForEnd = [] }
      return state.waitsForEnd
    }
    for waiter in waiters { waiter.fulfil(.success(())) }
  }

  /// The tick is given up: nobody waits any longer.
  func abandon() {
    let (waiters, ends) = state.withLock { state in
      state.isOver = true
      // Always in the same order.
      let waiting = [state.waitsToTell, state.waitsToHear].flatMap { waits in
        waits.sorted { $0.key < $1.key }.flatMap(\.value)
      }
      let ends = state.waitsForEnd
      state.waitsToTell = [:]
      state.waitsToHear = [:]
      state.waitsForEnd = []
      return (waiting, ends)
    }
    for waiter in waiters { waiter.fulfil(.failure(abandoned)) }
    for waiter in ends { waiter.fulfil(.failure(abandoned)) }
  }
}
