/// The last items of a publisher, for whoever is not done with them.
///
/// All subscribers read from one shelf, so one that reads slowly costs nothing more; what it did not
/// fetch before the shelf was full it misses.
struct ItemShelf: Sendable {
  private struct Kept {
    var at: Duration
    var payload: [UInt8]
  }

  /// How many items there is room for.
  let limit: Int
  /// An item stands at its number modulo `limit`.
  private var kept: [Kept] = []
  /// The number of the last item, 0 before the first.
  private(set) var last: Int64 = 0

  init(limit: Int) {
    precondition(limit > 0, "A shelf has room for an item.")
    self.limit = limit
  }

  /// The number of the oldest item that is there; one more than `last` when there is none.
  var first: Int64 { last - Int64(kept.count) + 1 }

  mutating func add(_ payload: [UInt8], at now: Duration) {
    precondition(
      payload.count + StreamFrame.itemHeadBytes <= StreamFrame.payloadBytes,
      "An item fits in a frame.")
    last += 1
    let new = Kept(at: now, payload: payload)
    // The first item has number 1 and stands at 0.
    if kept.count < limit { kept.append(new) } else { kept[place(of: last)] = new }
  }

  /// The item with a number from `first` to `last`.
  func item(_ number: Int64, at now: Duration) -> StreamItem {
    let kept = kept[place(of: number)]
    let age_ms = (now - kept.at) / .milliseconds(1)
    return StreamItem(
      number: number, age_ms: UInt32(min(max(age_ms, 0), Double(UInt32.max))),
      payload: kept.payload[...])
  }

  private func place(of number: Int64) -> Int { Int((number - 1) % Int64(limit)) }
}
