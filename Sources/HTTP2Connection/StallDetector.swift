import HTTP2Session

/// Tells a peer that keeps us waiting from one that is slow or merely idle.
///
/// While a peer owes us bytes, or room for bytes, time runs against it, and what it moves buys time back:
/// at `HTTP2Limits.leastRate` it owes nothing. When it owes more than `stall` it is stalled; the more it
/// makes us hold, the less it may owe. A byte now and then is no move. Checks are counted and not the
/// time, so that no peer is to blame when this process slept.
struct StallDetector {
  /// What a connection waits for and holds when it is looked at.
  struct Look: Equatable {
    /// Something of ours is to go out, and the peer leaves no room for it.
    var waitsForRoom = false
    /// The peer has begun to say something.
    var waitsForBytes = false
    /// Since the beginning.
    var sentBytes = 0
    var receivedBytes = 0
    /// What is held for the peer.
    var bufferedBytes = 0
    /// All connections together hold more than they may.
    var isCrowded = false
  }

  /// What a peer owes in one direction.
  private struct Debt {
    var movedBytes = 0
    /// Nil while nothing is owed.
    var time: Duration?

    mutating func grow(by interval: Duration, isOwed: Bool, moved: Int, rate: Int) -> Duration {
      let news = moved - movedBytes
      movedBytes = moved
      guard isOwed else {
        time = nil
        return .zero
      }
      let owed = time.map { $0 + interval } ?? .zero
      time = max(.zero, owed - .seconds(Double(news) / Double(rate)))
      return time!
    }
  }

  /// How often to check at least: a stall is noticed this much later than it happens.
  private static let longestInterval = Duration.milliseconds(200)
  /// What a connection may hold however crowded it is.
  private static let fairBytes = 64 * 1024

  /// How far apart the checks are.
  let interval: Duration
  private let limits: HTTP2Limits
  private var room = Debt()
  private var bytes = Debt()

  init(limits: HTTP2Limits) {
    self.limits = limits
    interval = min(limits.stall / 10, Self.longestInterval)
  }

  /// Checks the peer.
  mutating func isStalled(_ look: Look) -> Bool {
    let isFull =
      look.bufferedBytes > limits.bufferedBytes / 4 * 3
      || (look.isCrowded && look.bufferedBytes > Self.fairBytes)
    let rate = isFull ? limits.leastRateWhenFull : limits.leastRate
    let limit = isFull ? min(limits.stall, limits.stallWhenFull) : limits.stall
    let owedRoom = room.grow(
      by: interval, isOwed: look.waitsForRoom, moved: look.sentBytes, rate: rate)
    let owedBytes = bytes.grow(
      by: interval, isOwed: look.waitsForBytes, moved: look.receivedBytes, rate: rate)
    return max(owedRoom, owedBytes) >= limit
  }
}
