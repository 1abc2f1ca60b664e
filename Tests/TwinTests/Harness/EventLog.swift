import Synchronization

@testable import Twin

/// Everything that a twin told.
final class EventLog: Sendable {
  private let told = Mutex<[TwinEvent]>([])

  var events: [TwinEvent] { told.withLock { $0 } }

  var sink: EventSink {
    EventSink { event in self.told.withLock { $0.append(event) } }
  }
}
