import Metrics
import Observability

/// What a twin measures of itself.
extension Measure {
  static let up = Measure("busbar_up", "Whether the coordinator answers.", .gauge)
  static let tick = Measure(
    "busbar_tick", "The last committed tick; -1 before the first.", .gauge)
  static let era = Measure("busbar_era", "The era of who owns what.", .gauge)
  static let nodes = Measure("busbar_nodes", "Nodes by state.", .gauge)
  static let segmentsWithoutOwner = Measure(
    "busbar_segments_without_owner", "Segments that nobody owns.", .gauge)
  static let stallTime = Measure(
    "busbar_stall_seconds", "How long the tick in flight has stood still; 0 while it does not.",
    .gauge)
  static let heartbeatSilence = Measure(
    "busbar_heartbeat_silence_seconds", "Time since a node's last answer.", .gauge)
  static let coordinatorSilence = Measure(
    "busbar_coordinator_silence_seconds", "Time since a node heard its coordinator.", .gauge)
  static let segmentsHosted = Measure(
    "busbar_segments_hosted", "Segments that live on a node.", .gauge)

  static let heartbeatsMissed = Measure(
    "busbar_heartbeats_missed_total", "Heartbeats that a node did not answer in time.", .counter)
  static let ticksCommitted = Measure(
    "busbar_ticks_committed_total", "Ticks that this coordinator has committed.", .counter)
  static let ticksRepeated = Measure(
    "busbar_ticks_repeated_total", "Attempts at a tick that failed and were repeated.", .counter)
  static let stalls = Measure(
    "busbar_stalls_total", "Ticks that stood still for so long that it was told.", .counter)
  static let tickDuration = Measure(
    "busbar_tick_seconds", "Time from a tick's first message until all have committed it.",
    .histogram(bounds: callBounds))
  static let jointRounds = Measure(
    "busbar_joint_rounds", "Rounds of messages that the joint power flow of a tick took.",
    .histogram(bounds: [1, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 30]))
  static let commitDuration = Measure(
    "busbar_store_commit_seconds", "Time that the store took to commit a tick.",
    .histogram(bounds: callBounds))

  /// What a twin's processes measure, beside calls and connections.
  package static let twin = [
    up, tick, era, nodes, segmentsWithoutOwner, stallTime, heartbeatSilence, coordinatorSilence,
    segmentsHosted, heartbeatsMissed, ticksCommitted, ticksRepeated, stalls, tickDuration,
    jointRounds, commitDuration,
  ]
}

/// What a coordinator counts as it happens.
struct CoordinatorMetrics: Sendable {
  let ticksCommitted: Counter
  let ticksRepeated: Counter
  let stalls: Counter
  let tickDuration: Timer
  let jointRounds: Recorder
  let commitDuration: Timer
  private let factory: any MetricsFactory

  init(in factory: any MetricsFactory) {
    ticksCommitted = Measure.ticksCommitted.counter(in: factory)
    ticksRepeated = Measure.ticksRepeated.counter(in: factory)
    stalls = Measure.stalls.counter(in: factory)
    tickDuration = Measure.tickDuration.timer(in: factory)
    jointRounds = Measure.jointRounds.recorder(in: factory)
    commitDuration = Measure.commitDuration.timer(in: factory)
    self.factory = factory
  }

  /// A heartbeat was not answered; seldom enough to look its series up.
  func missedHeartbeat(of node: String) {
    Measure.heartbeatsMissed.counter([("node", node)], in: factory).increment()
  }
}

extension TwinStatus {
  /// Shows the status as gauges: of a coordinator's own page, and of whoever has asked it.
  package func record(in factory: any MetricsFactory) {
    Measure.up.gauge(in: factory).record(1)
    Measure.tick.gauge(in: factory).record(committedTick)
    Measure.era.gauge(in: factory).record(era)
    for standing in [NodeStatus.Standing.joining, .member, .lost] {
      Measure.nodes.gauge([("state", standing.rawValue)], in: factory)
        .record(nodes.count { $0.standing == standing })
    }
    Measure.segmentsWithoutOwner.gauge(in: factory).record(segments.count { $0.node == nil })
    Measure.stallTime.gauge(in: factory).record((stall.map(\.since_ms).max() ?? 0) / 1_000)
    for node in nodes {
      Measure.heartbeatSilence.gauge([("node", node.node.rawValue)], in: factory)
        .record(node.silence_ms / 1_000)
    }
  }

  /// Shows that no coordinator answers.
  package static func recordAbsence(in factory: any MetricsFactory) {
    Measure.up.gauge(in: factory).record(0)
  }
}

extension NodeView {
  /// Shows what a node knows as gauges: of its own page, and of whoever has asked it.
  package func record(in factory: any MetricsFactory) {
    let labels = [("node", node.rawValue)]
    Measure.coordinatorSilence.gauge(labels, in: factory).record(coordinatorSilence_ms / 1_000)
    Measure.segmentsHosted.gauge(labels, in: factory).record(segments.count)
    Measure.era.gauge(labels, in: factory).record(era)
  }
}
