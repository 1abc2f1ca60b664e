import HTTP2Connection
import Metrics
import Observability

/// What a cluster tells of its calls through swift-metrics.
///
/// Whoever makes or hosts calls keeps the tally of a method, so that counting a call looks nothing
/// up and takes no lock.
final class CallMetrics: Sendable {
  /// The kind and method of a call to an actor or a method that is not here: its words are the
  /// peer's, who could make up any number of them.
  private static let unknown = "unknown"

  let factory: any MetricsFactory
  private let tallies = Guarded<[TallyKey: CallTally]>([:])
  private let refusals = Guarded<[RefusalKey: Counter]>([:])
  private let sampled: Guarded<Sampled>

  private struct TallyKey: Hashable {
    var direction: CallTally.Direction
    var call: CallCounters.Key
  }

  private struct RefusalKey: Hashable {
    var kind: String
    var method: String
    var reason: String
  }

  /// What is counted elsewhere and told when somebody asks.
  private struct Sampled {
    let sent: Counter
    let received: Counter
    let inFlight: Gauge
    var bytesSent = 0
    var bytesReceived = 0
  }

  init(_ factory: any MetricsFactory) {
    self.factory = factory
    sampled = Guarded(
      Sampled(
        sent: Measure.callBytes.counter([("direction", "sent")], in: factory),
        received: Measure.callBytes.counter([("direction", "received")], in: factory),
        inFlight: Measure.callsInFlight.gauge(in: factory)))
  }

  /// The tally of one kind of call; always the same one.
  func tally(_ direction: CallTally.Direction, _ call: CallCounters.Key) -> CallTally {
    tallies.withLock { tallies in
      let key = TallyKey(direction: direction, call: call)
      if let known = tallies[key] { return known }
      let new = CallTally(direction, call, factory)
      tallies[key] = new
      return new
    }
  }

  /// How many calls were counted, by kind of call.
  func counts(_ direction: CallTally.Direction) -> [CallCounters.Key: Int] {
    let tallies = tallies.withLock { Array($0) }
    return Dictionary(
      uniqueKeysWithValues: tallies.compactMap { key, tally in
        key.direction == direction && tally.count > 0 ? (key.call, tally.count) : nil
      })
  }

  /// Counts a refusal; of calls to a method that is here by its name, of all others together.
  func countRefusal(_ refusal: CallRefusal, of method: HostedActor.Method?) {
    let key = RefusalKey(
      kind: method?.tally.call.kind ?? Self.unknown,
      method: method?.tally.call.target ?? Self.unknown, reason: refusal.word)
    let counter = refusals.withLock { refusals in
      if let known = refusals[key] { return known }
      let new = Measure.callsRefused.counter(
        [("kind", key.kind), ("method", key.method), ("reason", key.reason)], in: factory)
      refusals[key] = new
      return new
    }
    counter.increment()
  }

  /// Passes on what the cluster counts under its own lock.
  func sample(bytesSent: Int, bytesReceived: Int, inFlight: Int) {
    sampled.withLock { sampled in
      sampled.sent.increment(by: max(0, bytesSent - sampled.bytesSent))
      sampled.received.increment(by: max(0, bytesReceived - sampled.bytesReceived))
      sampled.inFlight.record(inFlight)
      sampled.bytesSent = max(bytesSent, sampled.bytesSent)
      sampled.bytesReceived = max(bytesReceived, sampled.bytesReceived)
    }
  }
}

extension Measure {
  static let callsMade = Measure(
    "busbar_calls_made_total",
    "Calls that this process made to actors of other nodes, by how they ended.", .counter)
  static let callsServed = Measure(
    "busbar_calls_served_total", "Calls that this process let in and ran, by how they ended.",
    .counter)
  static let callsRefused = Measure(
    "busbar_calls_refused_total", "Calls that this process refused before it read their body.",
    .counter)
  static let callsMadeDuration = Measure(
    "busbar_call_made_seconds", "Time from making a call until it ended, in seconds.",
    .histogram(bounds: callBounds))
  static let callsServedDuration = Measure(
    "busbar_call_served_seconds", "Time that a call ran here, in seconds.",
    .histogram(bounds: callBounds))
  static let callsInFlight = Measure(
    "busbar_calls_in_flight", "Calls made or served that have not ended.", .gauge)
  static let callBytes = Measure(
    "busbar_call_bytes_total", "Bytes of the bodies of calls and their answers.", .counter)

  /// What every cluster measures.
  public static let calls = [
    callsMade, callsServed, callsRefused, callsMadeDuration, callsServedDuration, callsInFlight,
    callBytes,
  ]
}
