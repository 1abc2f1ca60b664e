import HTTP2Connection
import Metrics
import Observability

/// What a transport tells of its connections, when somebody asks.
final class ConnectionMetrics: Sendable {
  private struct Direction {
    let open: Gauge
    let opened: Counter
    let lost: Counter
    var told = ConnectionTally.Counts()

    init(_ name: String, _ factory: any MetricsFactory) {
      let labels = [("direction", name)]
      open = Measure.connectionsOpen.gauge(labels, in: factory)
      opened = Measure.connectionsOpened.counter(labels, in: factory)
      lost = Measure.connectionsLost.counter(labels, in: factory)
    }

    mutating func tell(_ counts: ConnectionTally.Counts) {
      open.record(counts.open)
      opened.increment(by: max(0, counts.opened - told.opened))
      lost.increment(by: max(0, counts.lost - told.lost))
      told = counts
    }
  }

  private struct Directions {
    var incoming: Direction
    var outgoing: Direction
    let refused: Counter
    var refusedTold = 0
  }

  private let directions: Guarded<Directions>

  init(_ factory: any MetricsFactory) {
    directions = Guarded(
      Directions(
        incoming: Direction("in", factory), outgoing: Direction("out", factory),
        refused: Measure.connectionsRefused.counter(in: factory)))
  }

  func tell(
    incoming: ConnectionTally.Counts, outgoing: ConnectionTally.Counts, refused: Int
  ) {
    directions.withLock { directions in
      directions.incoming.tell(incoming)
      directions.outgoing.tell(outgoing)
      directions.refused.increment(by: max(0, refused - directions.refusedTold))
      directions.refusedTold = refused
    }
  }
}

extension Measure {
  static let connectionsOpen = Measure(
    "busbar_connections_open", "Connections that are open, by who made them.", .gauge)
  static let connectionsOpened = Measure(
    "busbar_connections_opened_total", "Connections that were made.", .counter)
  static let connectionsLost = Measure(
    "busbar_connections_lost_total", "Connections that ended although nobody announced it.",
    .counter)

  static let connectionsRefused = Measure(
    "busbar_connections_refused_total",
    "Peers that this process did not let in, or cut, because of who they are.", .counter)

  /// What a transport over HTTP/2 measures.
  public static let connections = [
    connectionsOpen, connectionsOpened, connectionsLost, connectionsRefused,
  ]
}
