import Twin

/// What `busbar ps -o metrics` prints: the text format of Prometheus.
extension TwinView {
  var metrics: [String] {
    var text = MetricsText()
    switch self {
    case .running(let status, _):
      text.add("busbar_up", "Whether the coordinator answers.", 1, twin: status.twin)
      text.add(
        "busbar_tick", "The last committed tick; -1 before the first.",
        Double(status.committedTick), twin: status.twin)
      text.add("busbar_era", "The era of who owns what.", Double(status.era), twin: status.twin)
      for standing in [TwinStatus.NodeStatus.Standing.joining, .member, .lost] {
        text.add(
          "busbar_nodes", "Nodes by state.",
          Double(status.nodes.count { $0.standing == standing }), twin: status.twin,
          ("state", standing.rawValue))
      }
      text.add(
        "busbar_segments_without_owner", "Segments that nobody owns.",
        Double(status.segments.count { $0.node == nil }), twin: status.twin)
      text.add(
        "busbar_stall_seconds", "How long the tick in flight has stood still; 0 while it does not.",
        (status.stall.map(\.since_ms).max() ?? 0) / 1_000, twin: status.twin)
      for node in status.nodes {
        text.add(
          "busbar_heartbeat_silence_seconds", "Time since a node's last answer.",
          node.silence_ms / 1_000, twin: status.twin, ("node", node.node.rawValue))
      }
    case .headless(let record, let views, _):
      text.add("busbar_up", "Whether the coordinator answers.", 0, twin: record.twin)
      for view in views {
        text.add(
          "busbar_coordinator_silence_seconds", "Time since a node heard its coordinator.",
          view.coordinatorSilence_ms / 1_000, twin: record.twin, ("node", view.node.rawValue))
      }
    case .ended(let record, _):
      text.add("busbar_up", "Whether the coordinator answers.", 0, twin: record.twin)
    }
    return text.lines
  }
}

/// Metrics with their help, once for each name.
private struct MetricsText {
  private(set) var lines: [String] = []
  private var last = ""

  mutating func add(
    _ name: String, _ help: String, _ value: Double, twin: String,
    _ label: (name: String, value: String)? = nil
  ) {
    if name != last {
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge"]
      last = name
    }
    let more = label.map { ",\($0.name)=\"\(Self.escape($0.value))\"" } ?? ""
    lines.append("\(name){twin=\"\(Self.escape(twin))\"\(more)} \(value)")
  }

  private static func escape(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
