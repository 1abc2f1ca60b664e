/// Tells a peer that keeps us waiting from one that is merely idle.
///
/// A peer is stalled when it owed us something at three checks in a row and nothing moved between them.
struct StallDetector {
  /// How far apart the checks are: half the limit, so that a stall is noticed between the limit and
  /// one and a half times the limit.
  let interval: Duration

  private var movedBytes = 0
  private var checksWithoutProgress = 0

  init(limit: Duration) { interval = limit / 2 }

  /// Checks the peer.
  ///
  /// - Parameters:
  ///   - isOwed: the peer could move something on now.
  ///   - movedBytes: how much has moved since the beginning.
  mutating func isStalled(isOwed: Bool, movedBytes: Int) -> Bool {
    let hasMoved = movedBytes != self.movedBytes
    self.movedBytes = movedBytes
    checksWithoutProgress = isOwed ? (hasMoved ? 1 : checksWithoutProgress + 1) : 0
    return checksWithoutProgress > 2
  }
}
