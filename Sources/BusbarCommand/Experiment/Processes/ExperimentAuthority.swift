import ActorCluster

/// Who may call what between the processes of an experiment. Everything else is refused before it is
/// read.
struct ExperimentAuthority: CallAuthority {
  static let twin = "experiment"
  static let referee = NodeName("referee")
  private static let agentPrefix = "agent-"

  static func node(of agent: Int) -> NodeName { NodeName("\(agentPrefix)\(agent)") }

  func permission(for route: CallRoute, from peer: String?) -> CallPermission {
    let caller = route.caller.node
    let isProved =
      peer.map { $0 == ProcessIdentity.uri(of: caller, in: Self.twin) } ?? true
    guard isProved else { return .never }
    return switch (route.to.kind, route.target) {
    case (AgentHost.kind, "prepare(_:)"), (AgentHost.kind, "meet(_:)"),
      (AgentHost.kind, "begin(_:)"), (AgentHost.kind, "end(_:)"):
      caller == Self.referee ? .always : .never
    case (AgentHost.kind, "hear(_:_:at:)"):
      caller == Self.referee || caller.rawValue.hasPrefix(Self.agentPrefix) ? .always : .never
    case (RefereeDesk.kind, "report(_:)"):
      caller.rawValue.hasPrefix(Self.agentPrefix) ? .always : .never
    // An agent from outside speaks with its own desk only.
    case (AgentDesk.kind, "next(_:)"), (AgentDesk.kind, "answer(_:)"):
      caller.rawValue == Self.agentPrefix + route.to.name ? .always : .never
    default: .never
    }
  }
}
