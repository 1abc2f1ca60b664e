/// How far a subscriber is, and how much more it wants.
struct Subscription: Sendable {
  /// More credit than anybody needs; beyond, grants add nothing.
  static let creditLimit = 1 << 31

  /// The last item that it has or misses.
  private(set) var number: Int64
  /// How many more items it wants.
  private(set) var credit = 0
  /// Something was said since it was last asked whether a sign is owed.
  private var hasHeard = true
  private var isOwedSign = false
  /// Since when items wait and nothing is granted.
  private var hungrySince: Duration?

  /// - Parameter number: the last item that it has, 0 for none.
  init(after number: Int64) { self.number = max(0, number) }

  mutating func grant(_ count: UInt32) { credit = min(credit + Int(count), Self.creditLimit) }

  /// Frames with the items that it wants and has not, the oldest first: no more items than it granted,
  /// and no further one beyond `byteCount` bytes. What the shelf no longer has is a gap, told before the
  /// item that follows it. If there is nothing else and one is owed, a sign of life.
  mutating func take(from shelf: ItemShelf, at now: Duration, upTo byteCount: Int) -> [UInt8] {
    var frames: [UInt8] = []
    // A number that was never said begins where the publisher is.
    number = min(number, shelf.last)
    while credit > 0, number < shelf.last, frames.count < byteCount {
      if number + 1 < shelf.first {
        StreamFrame.gap(shelf.first - number - 1).append(to: &frames)
        number = shelf.first - 1
      }
      number += 1
      credit -= 1
      StreamFrame.item(shelf.item(number, at: now)).append(to: &frames)
    }
    if !frames.isEmpty {
      hasHeard = true
    } else if isOwedSign {
      StreamFrame.quiet.append(to: &frames)
    }
    isOwedSign = false
    return frames
  }

  /// To be asked every now and then: whether nothing was sent since the last time. Then the next `take` has
  /// a sign of life, if it has nothing else.
  mutating func owesSign() -> Bool {
    isOwedSign = !hasHeard
    hasHeard = false
    return isOwedSign
  }

  /// Whether items have waited for its credit for too long.
  ///
  /// - Parameter last: the last item that was said.
  mutating func isStarving(
    at now: Duration, last: Int64, longerThan limit: Duration
  ) -> Bool {
    guard credit == 0, number < last else {
      hungrySince = nil
      return false
    }
    hungrySince = hungrySince ?? now
    return now - hungrySince! >= limit
  }
}
