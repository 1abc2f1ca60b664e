import ActorCluster
import HTTP2Connection
import Twin
import WireCodec

/// What a coordinator tells to whoever subscribes: `POST /v1/streams/events` and `.../snapshots`.
struct TwinTopics: Sendable {
  private let events: StreamTopic
  private let snapshots: StreamTopic

  /// - Parameter reign: tells this start of the coordinator from others.
  init(reign: Int64) {
    let start = ContinuousClock.now
    func topic(_ topic: TwinTopic) -> StreamTopic {
      StreamTopic(reign: reign, keeping: topic.keptItems) { ContinuousClock.now - start }
    }
    events = topic(.events)
    snapshots = topic(.snapshots)
  }

  /// Tells events to subscribers before they go elsewhere.
  func sink(before next: EventSink) -> EventSink {
    EventSink { [events] event in
      if let bytes = try? event.encoded() { events.publish(bytes) }
      next.record(event)
    }
  }

  /// Tells of a committed tick.
  func committed(_ figures: TickFigures) {
    if let bytes = try? figures.encoded() { snapshots.publish(bytes) }
  }

  /// The day is done: subscribers that have heard all go.
  func finish() {
    events.finish()
    snapshots.finish()
  }

  /// - Parameter cluster: counts and tells of those that may not subscribe.
  func routes(_ cluster: ActorCluster) -> [Router.Route] {
    [(TwinTopic.events, events), (.snapshots, snapshots)].map { topic, stream in
      .at(
        StreamService.prefix + topic.rawValue, method: "POST",
        StreamService(
          stream, for: { CallTable.lets($0?.uri, subscribeTo: topic) },
          onRefusal: { cluster.refusedSubscription(to: topic.rawValue, from: $0?.uri) }))
    }
  }
}
