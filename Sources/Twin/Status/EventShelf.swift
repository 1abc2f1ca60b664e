import WireCodec

/// The last events of a coordinator, numbered from 1, for whoever asks from outside.
struct EventShelf: Sendable {
  /// More than an hour of a twin in trouble; the file of a coordinator with a directory has all.
  static let limit = 1_024
  /// A page of this many events is far below what a message may hold.
  static let eventsPerPage = 128

  private struct Kept {
    var at: Duration
    var event: TwinEvent
  }

  private var kept: [Kept] = []
  /// The number of the last event.
  private(set) var last: Int64 = 0

  mutating func add(_ event: TwinEvent, at now: Duration) {
    last += 1
    kept.append(Kept(at: now, event: event))
    if kept.count > Self.limit { kept.removeFirst() }
  }

  /// The events after one that the asker has, the oldest first.
  ///
  /// - Throws: `nonsense` for a number that no event ever has.
  func page(after number: Int64, at now: Duration) throws(ArchiveRefusal) -> EventPage {
    guard number >= 0 else { throw .nonsense("events are counted from 1") }
    let first = last - Int64(kept.count) + 1
    // Whatever number a peer sends, nothing overflows.
    let begin = Int(min(max(number - first, -1) + 1, Int64(kept.count)))
    let end = min(kept.count, begin + Self.eventsPerPage)
    return EventPage(
      events: kept[begin..<end].enumerated().map { index, kept in
        EventPage.Entry(
          number: first + Int64(begin + index), age_ms: (now - kept.at).milliseconds,
          event: kept.event)
      })
  }
}

/// Some events of a coordinator.
package struct EventPage: Sendable, Equatable, Codable, WireCodable {
  /// Tells this start of the coordinator from others, whose events have other numbers.
  package var reign: Int64 = 0
  package var events: [Entry]

  package struct Entry: Sendable, Equatable, Codable {
    package var number: Int64
    /// How long ago it happened: clocks of two machines need not agree.
    package var age_ms: Double
    package var event: TwinEvent
  }
}
