import GridModel
import Synchronization
import WireCodec

/// Where the segments of a node write down whom they wait for, so that a stall can be explained
/// while they are busy waiting.
final class WaitBoard: Sendable {
  private struct Key: Hashable {
    var waiter: SegmentPlan.ID
    var on: SegmentPlan.ID
  }

  private let waits = Mutex<[Key: (tick: Int64, since: Duration)]>([:])

  func begin(_ waiter: SegmentPlan.ID, on other: SegmentPlan.ID, tick: Int64, at now: Duration) {
    waits.withLock { $0[Key(waiter: waiter, on: other)] = (tick, now) }
  }

  func end(_ waiter: SegmentPlan.ID, on other: SegmentPlan.ID) {
    waits.withLock { $0[Key(waiter: waiter, on: other)] = nil }
  }

  /// Who waits now, the longest first.
  func all(at now: Duration) -> [SegmentWait] {
    waits.withLock { waits in
      waits.map { key, wait in
        SegmentWait(
          waiter: key.waiter, on: key.on, tick: wait.tick, since_ms: (now - wait.since).milliseconds
        )
      }
    }.sorted { ($1.since_ms, $0.waiter, $0.on) < ($0.since_ms, $1.waiter, $1.on) }
  }
}

/// A segment that waits for a neighbour.
struct SegmentWait: Sendable, Equatable, Codable, WireCodable {
  var waiter: SegmentPlan.ID
  var on: SegmentPlan.ID
  var tick: Int64
  var since_ms: Double
}

extension Duration {
  /// This duration in milliseconds.
  package var milliseconds: Double {
    Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
  }
}
