import Twin

/// What `busbar ps` shows to people.
extension TwinView {
  var lines: [String] {
    switch self {
    case .running(let status, let record): Self.lines(status, record)
    case .headless(let record, let views, let silent): Self.lines(record, views, silent)
    case .ended(let record, let why): ["twin \(record.twin): does not run; \(why)"]
    }
  }

  private static func lines(_ status: TwinStatus, _ record: TwinRecord?) -> [String] {
    let ticks = record.map { " of \($0.ticks)" } ?? ""
    var head = "twin \(status.twin): \(status.phase.rawValue), "
    head +=
      status.committedTick < 0
      ? "no tick\(ticks) is committed"
      : "\(status.committedTick + 1)\(ticks) ticks are committed, up to \(status.time)"
    head += ", era \(status.era)"
    if let address = record?.coordinator.address, let pid = record?.coordinator.process?.pid {
      head += ", coordinator \(address) (process \(pid))"
    }
    var nodes = TextTable(["node", "state", "silence", "answer", "process", "address", "segments"])
    for node in status.nodes {
      nodes.add([
        node.node.rawValue, node.standing.rawValue, "\(fixed(node.silence_ms, 0)) ms",
        "\(fixed(node.answer_ms, 1)) ms", "\(node.pid)", "\(node.host):\(node.port)",
        list(status.segments.filter { $0.node == node.node }.map(\.segment)),
      ])
    }
    var lines = [head, ""] + nodes.lines
    for segment in status.segments {
      if segment.node == nil {
        lines.append("segment \(segment.segment) has no owner; its home is node \(segment.home)")
      } else if segment.node != segment.home {
        lines.append(
          "segment \(segment.segment) is on node \(segment.node!), away from node \(segment.home)")
      }
    }
    for wait in status.stall { lines.append("stalled: \(wait)") }
    return lines
  }

  private static func lines(
    _ record: TwinRecord, _ views: [NodeView], _ silent: [String]
  ) -> [String] {
    var table = TextTable([
      "segment", "node", "state", "era", "committed", "shadow", "lowest", "tie mismatch",
      "worst tie",
    ])
    for view in views {
      for segment in view.segments {
        table.add([
          segment.segment, view.node.rawValue, segment.isSolved ? "stale" : "stale, unsolved",
          "\(view.era)", "\(segment.committedTick)", segment.shadowTick.map { "\($0)" } ?? "-",
          segment.lowest_pu.map { "\(fixed($0, 4)) pu" } ?? "-",
          segment.tieMismatch_MVA.map { "\(fixed($0, 3)) MVA" } ?? "-", segment.worstTie ?? "-",
        ])
      }
    }
    var lines = [
      "twin \(record.twin): the coordinator does not answer; what its nodes know is stale"
    ]
    if let silence = views.map(\.coordinatorSilence_ms).max() {
      lines[0] += " (the coordinator was last heard \(fixed(silence / 1_000, 1)) s ago)"
    }
    if !views.isEmpty { lines += [""] + table.lines }
    for view in views where view.segments.isEmpty {
      lines.append("node \(view.node) has no segment")
    }
    if !silent.isEmpty {
      lines.append("\(silent.count == 1 ? "node" : "nodes") \(list(silent)) did not answer")
    }
    return lines
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "-" : names.joined(separator: ", ")
  }
}
