import HTTP2Session

/// Tells a peer that keeps us waiting from one that is merely idle.
///
/// A peer is stalled when it owed us something at checks in a row and nothing moved between them for as
/// long as it may: the more it makes us hold, the shorter. Checks are counted and not the time, so that
/// no peer is to blame when this process slept.
struct StallDetector {
  /// How often to check at least: a stall is noticed this much later than it happens.
  private static let longestInterval = Duration.milliseconds(200)

  /// How far apart the checks are.
  let interval: Duration
  private let limits: HTTP2Limits

  private var movedBytes = 0
  /// For how long nothing moved; nil while nothing is owed.
  private var standstill: Duration?

  init(limits: HTTP2Limits) {
    self.limits = limits
    interval = min(limits.stall / 10, Self.longestInterval)
  }

  /// Checks the peer.
  ///
  /// - Parameters:
  ///   - isOwed: the peer could move something on now.
  ///   - movedBytes: how much has moved since the beginning.
  ///   - bufferedBytes: what is held for the peer.
  mutating func isStalled(isOwed: Bool, movedBytes: Int, bufferedBytes: Int) -> Bool {
    defer { self.movedBytes = movedBytes }
    guard isOwed else {
      standstill = nil
      return false
    }
    let hasStood = standstill.map { $0 + interval } ?? .zero
    standstill = movedBytes == self.movedBytes ? hasStood : .zero
    let isFull = bufferedBytes > limits.bufferedBytes / 4 * 3
    return standstill! >= (isFull ? min(limits.stall, limits.stallWhenFull) : limits.stall)
  }
}
