/// What a coordinator tells to subscribers; `CallTable` says who may subscribe.
package enum TwinTopic: String, Sendable, CaseIterable {
  /// What happens to the twin: a `TwinEvent` each.
  case events
  /// Every committed tick: its `TickFigures`.
  case snapshots

  /// How many items are kept for subscribers that come late or read slowly.
  package var keptItems: Int {
    switch self {
    case .events: EventShelf.limit
    // Old figures interest nobody.
    case .snapshots: 96
    }
  }
}
