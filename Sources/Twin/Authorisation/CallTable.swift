import ActorCluster
import TwinIdentity

/// Who may call what in a twin, subscribe to what and read which page. What is not in this table is
/// refused, before the body of the request is read.
///
/// Read a rule as `caller: may call these methods of that kind of actor`. Beside what stands here, a
/// coordinator gives certificates to who shows a good token or the one before (`EnrolmentDesk`).
package struct CallTable: CallAuthority {
  /// What a caller is.
  package enum Role: Sendable, Hashable, CaseIterable {
    /// The twin's coordinator.
    case coordinator
    /// A node, speaking for itself.
    case node
    /// A node, speaking for a segment that it owns in this era.
    case segment
    /// A person who looks at the twin from outside.
    case `operator`
  }

  static let rules: [(caller: Role, kind: String, methods: [String])] = [
    (
      .coordinator, NodeAgent.kind,
      [
        "heartbeat()", "enter(era:owning:reign:)", "host(_:)", "traffic()", "deny(_:)", "leave()",
      ]
    ),
    (
      .coordinator, Segment.kind,
      [
        "introduce(_:)", "balance(_:)", "begin(_:)", "advance(by:)", "conclude(_:)",
        "commit(_:equivalent:)",
        "busVoltages()",
      ]
    ),
    (
      .segment, Segment.kind,
      ["exchange(_:with:at:)", "ends(for:at:)", "shadowEnds(for:)"]
    ),
    (.node, Coordinator.kind, ["join(_:era:)"]),
    (.operator, Coordinator.kind, ["status()", "events(after:)"]),
    (
      .operator, Archive.kind, ["contents()", "slice(of:part:)", "commits(from:to:of:)"]
    ),
    (.operator, NodeAgent.kind, ["look()"]),
  ]

  /// Read a rule as `subscriber: may subscribe to these topics`.
  static let subscriptions: [(subscriber: Role, topics: [TwinTopic])] = [
    (.operator, [.events, .snapshots])
  ]

  /// Read a rule as `page: may be read by these`.
  static let pages: [(page: StatusPage, readers: [TwinRole])] = [
    // It names every node, and what each does how often.
    (.metrics, [.operator]),
    // It tells no more than who is there and whether he is well.
    (.health, TwinRole.allCases),
  ]

  private struct Call: Hashable {
    let kind: String
    let method: String
  }

  private let callers: [Call: Set<Role>]

  package init() {
    var callers: [Call: Set<Role>] = [:]
    for rule in Self.rules {
      for method in rule.methods {
        callers[Call(kind: rule.kind, method: method), default: []].insert(rule.caller)
      }
    }
    self.callers = callers
  }

  package func permission(for route: CallRoute, from peer: String?) -> CallPermission {
    guard let callers = callers[Call(kind: route.to.kind, method: route.target)],
      peer.map({ Self.isProved(route.caller.node, by: $0) }) ?? true
    else { return .never }
    let role = Self.role(of: route.caller.node)
    if callers.contains(role) { return .always }
    // Segments may live with the coordinator's process, too.
    let speaksForSegment = role != .operator && route.caller.actor?.kind == Segment.kind
    return speaksForSegment && callers.contains(.segment) ? .ofExpectedCaller : .never
  }

  /// Whether a peer may subscribe to a topic.
  ///
  /// - Parameter peer: the URI of its certificate; nil where nobody shows one: in plaintext, which is
  ///   spoken within a machine only.
  package static func lets(_ peer: String?, subscribeTo topic: TwinTopic) -> Bool {
    guard let peer else { return true }
    guard let role = PeerIdentity(uri: peer).flatMap({ node(of: $0) }).map({ role(of: $0) }) else {
      return false
    }
    return subscriptions.contains { $0.subscriber == role && $0.topics.contains(topic) }
  }

  /// Whether a peer may read a page.
  ///
  /// - Parameter peer: the URI of its certificate; nil where nobody shows one: in plaintext, which is
  ///   spoken within a machine only.
  package static func lets(_ peer: String?, read page: StatusPage) -> Bool {
    guard let peer else { return true }
    guard let role = PeerIdentity(uri: peer)?.role else { return false }
    return pages.contains { $0.page == page && $0.readers.contains(role) }
  }

  /// What a process is by its name.
  static func role(of node: NodeName) -> Role {
    if node == Coordinator.nodeName { return .coordinator }
    return node.rawValue.hasPrefix(operatorPrefix) ? .operator : .node
  }

  /// Whether a peer is who its calls say: its certificate's name against the name of its node.
  private static func isProved(_ node: NodeName, by uri: String) -> Bool {
    PeerIdentity(uri: uri).map { self.node(of: $0) == node } ?? false
  }

  /// The name under which the process with a certificate makes its calls; nil for one that makes none.
  package static func node(of peer: PeerIdentity) -> NodeName? {
    switch peer.role {
    case .coordinator: Coordinator.nodeName
    case .operator: operatorProcess(peer.name)
    case .node:
      role(of: NodeName(peer.name)) == .node ? NodeName(peer.name) : nil
    case .aggregator, .meter: nil
    }
  }

  private static let operatorPrefix = "operator-"

  /// The name of the process of a person who looks at the twin.
  package static func operatorProcess(_ name: String) -> NodeName {
    NodeName(operatorPrefix + name)
  }
}
