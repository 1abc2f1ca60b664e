import Twin

/// The document that `busbar ps -o json` prints; its contract is in `Docs/Output.md`.
extension TwinView {
  var json: JSON {
    switch self {
    case .running(let status, let record): Self.json(status, record)
    case .headless(let record, let views, let silent):
      [
        "apiVersion": "busbar/v1", "kind": "TwinStatus", "twin": .string(record.twin),
        "phase": "headless", "era": JSON(views.map(\.era).max().map(Int.init)),
        "committedTick": JSON(
          views.flatMap(\.segments).map(\.committedTick).min().map(Int.init)),
        "time": .null, "ticks": .integer(record.ticks), "coordinator": .null,
        "nodes": .array(record.nodes.map { Self.json($0, views, silent) }),
        "segments": .array(views.flatMap { view in view.segments.map { Self.json($0, view) } }),
        "stall": [],
      ]
    case .ended(let record, let why):
      [
        "apiVersion": "busbar/v1", "kind": "TwinStatus", "twin": .string(record.twin),
        "phase": "ended", "era": .null, "committedTick": .null, "time": .null,
        "ticks": .integer(record.ticks), "coordinator": .null, "nodes": [], "segments": [],
        "stall": [], "why": .string(why),
      ]
    }
  }

  private static func json(_ status: TwinStatus, _ record: TwinRecord?) -> JSON {
    [
      "apiVersion": "busbar/v1", "kind": "TwinStatus", "twin": .string(status.twin),
      "phase": .string(status.phase.rawValue), "era": .integer(status.era),
      "committedTick": .integer(status.committedTick),
      "time": status.time.isEmpty ? .null : .string(status.time),
      "ticks": JSON(record.map { Int($0.ticks) }),
      "coordinator": record?.coordinator.address.map { address in
        [
          "host": .string(address.host), "port": JSON(address.port),
          "pid": JSON(record?.coordinator.process.map { Int($0.pid) }),
        ]
      } ?? .null,
      "nodes": .array(
        status.nodes.map { node in
          [
            "node": .string(node.node.rawValue), "standing": .string(node.standing.rawValue),
            "host": .string(node.host), "port": JSON(node.port), "pid": JSON(Int(node.pid)),
            "silence_ms": .number(node.silence_ms), "answer_ms": .number(node.answer_ms),
          ]
        }),
      "segments": .array(
        status.segments.map { segment in
          [
            "segment": .string(segment.segment), "node": JSON(segment.node?.rawValue),
            "home": .string(segment.home.rawValue), "stale": false,
            "committedTick": .integer(status.committedTick),
            "shadowTick": .null, "isSolved": .null, "lowest_pu": .null, "tieMismatch_MVA": .null,
            "worstTie": .null,
          ]
        }),
      "stall": .array(
        status.stall.map { wait in
          [
            "waiter": .string(wait.waiter), "on": .string(wait.on), "tick": .integer(wait.tick),
            "why": .string(wait.why), "since_ms": .number(wait.since_ms),
          ]
        }),
    ]
  }

  private static func json(
    _ node: TwinRecord.Part, _ views: [NodeView], _ silent: [String]
  ) -> JSON {
    let view = views.first { $0.node.rawValue == node.name }
    return [
      "node": .string(node.name), "standing": view == nil ? "silent" : "stale",
      "host": JSON(node.host), "port": JSON(node.port),
      "pid": JSON(node.process.map { Int($0.pid) }),
      "silence_ms": .null, "answer_ms": .null,
      "coordinatorSilence_ms": JSON(view?.coordinatorSilence_ms),
    ]
  }

  private static func json(_ segment: ShadowView, _ view: NodeView) -> JSON {
    [
      "segment": .string(segment.segment), "node": .string(view.node.rawValue), "home": .null,
      "stale": true, "committedTick": .integer(segment.committedTick),
      "shadowTick": JSON(segment.shadowTick.map(Int.init)), "isSolved": .bool(segment.isSolved),
      "lowest_pu": JSON(segment.lowest_pu),
      "tieMismatch_MVA": JSON(segment.tieMismatch_MVA), "worstTie": JSON(segment.worstTie),
    ]
  }
}
