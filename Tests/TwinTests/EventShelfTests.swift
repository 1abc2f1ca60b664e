import Testing

@testable import Twin

/// The events that a coordinator remembers for whoever asks from outside.
struct EventShelfTests {
  private static func event(_ number: Int) -> TwinEvent {
    TwinEvent(kind: .eraRaised, era: Int64(number), tick: 0, node: nil, text: "event \(number)")
  }

  @Test("They come a page at a time, in order and each once, with their age")
  func pages() throws {
    var shelf = EventShelf()
    for number in 1...300 { shelf.add(Self.event(number), at: .seconds(number)) }
    var read: [EventPage.Entry] = []
    var sizes: [Int] = []
    while true {
      let page = try shelf.page(after: read.last?.number ?? 0, at: .seconds(301))
      guard !page.events.isEmpty else { break }
      sizes.append(page.events.count)
      read += page.events
    }
    #expect(sizes == [128, 128, 44])
    #expect(read.map(\.number) == Array(1...300))
    #expect(read.map(\.event.era) == Array(1...300))
    #expect(read.last?.age_ms == 1_000)
  }

  @Test("Only the last ones are kept, and their numbers stay")
  func bounded() throws {
    var shelf = EventShelf()
    for number in 1...EventShelf.limit + 10 { shelf.add(Self.event(number), at: .zero) }
    let first = try #require(try shelf.page(after: 0, at: .zero).events.first)
    #expect(first.number == 11)
    #expect(first.event.era == 11)
  }

  @Test("A number that no event has yet brings none, and a negative one is refused")
  func outside() throws {
    var shelf = EventShelf()
    shelf.add(Self.event(1), at: .zero)
    #expect(try shelf.page(after: 1, at: .zero).events.isEmpty)
    #expect(try shelf.page(after: .max, at: .zero).events.isEmpty)
    #expect(throws: ArchiveRefusal.self) { try shelf.page(after: -1, at: .zero) }
  }
}
