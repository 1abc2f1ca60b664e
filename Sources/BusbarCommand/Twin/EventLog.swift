import Foundation
import Synchronization
import Twin

/// Takes the coordinator's events to wherever they are wanted, and remembers the last ones.
final class EventLog: Sendable {
  private struct State {
    var recent: [EventRecord] = []
    var watch = RecoveryWatch()
  }

  private let state = Mutex(State())
  private let onEvent: Output

  /// What is done with each event.
  struct Output: Sendable {
    let write: @Sendable (EventRecord) -> Void
  }

  /// As many as a person reads at a glance.
  private static let remembered = 8

  init(_ onEvent: @escaping @Sendable (EventRecord) -> Void = { _ in }) {
    self.onEvent = Output(write: onEvent)
  }

  var sink: EventSink { EventSink { [self] in record($0) } }

  var recent: [EventRecord] { state.withLock { $0.recent } }

  var recoveries: [Recovery] { state.withLock { $0.watch.recoveries } }

  func record(_ event: TwinEvent) {
    let record = EventRecord(event)
    let now = Self.now
    state.withLock { state in
      state.recent.append(record)
      if state.recent.count > Self.remembered { state.recent.removeFirst() }
      switch event.kind {
      case .nodeLost:
        if let node = event.node { state.watch.lost(node.rawValue, tick: event.tick, at: now) }
      case .segmentsMoved: state.watch.moved(record.text)
      default: break
      }
    }
    onEvent.write(record)
  }

  /// A process of a node ended.
  func ended(_ node: String) {
    let now = Self.now
    state.withLock { $0.watch.ended(node, at: now) }
  }

  func committed() {
    let now = Self.now
    state.withLock { $0.watch.committed(at: now) }
  }

  private static let start = ContinuousClock.now
  private static var now: Duration { start.duration(to: .now) }
}
