import ActorCluster
import Foundation
import Twin

/// The events of a coordinator as they come over the wire.
struct EventFeed {
  private let client: TwinClient
  private let twin: OutsideTwin
  private var reign: Int64?
  private var last: Int64 = 0

  init(_ client: TwinClient, _ twin: OutsideTwin) {
    self.client = client
    self.twin = twin
  }

  /// The events since the last look; all that the coordinator remembers at the first look, and after
  /// it was started again.
  mutating func next() async throws -> [EventRecord] {
    var records: [EventRecord] = []
    while true {
      let page = try await page(after: last)
      guard page.reign == reign || reign == nil else {
        (reign, last) = (page.reign, 0)
        continue
      }
      reign = page.reign
      guard let newest = page.events.last else { return records }
      // A coordinator that counts backwards would be asked for ever.
      guard newest.number > last else { return records }
      last = newest.number
      let now = Date()
      records += page.events.map { entry in
        EventRecord(entry.event, at: now.addingTimeInterval(-entry.age_ms / 1_000))
      }
    }
  }

  private func page(after number: Int64) async throws -> EventPage {
    try await twin.ask { try await client.events(after: number, at: $0) }
  }
}
