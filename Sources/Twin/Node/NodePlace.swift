import ActorCluster

/// Where a node was, as a coordinator remembers it over its own restarts.
package struct NodePlace: Sendable, Equatable, Codable {
  package var node: NodeName
  /// Where it said that it listens.
  package var host: String
  package var port: Int
  /// From where it has called, in numbers.
  package var seenAt: String?

  package init(node: NodeName, host: String, port: Int, seenAt: String?) {
    self.node = node
    self.host = host
    self.port = port
    self.seenAt = seenAt
  }

  var address: NodeAddress { NodeAddress(host: host, port: port) }
}

/// What a coordinator remembers of its nodes.
package struct NodeMemory: Sendable {
  /// Of an earlier start.
  package let known: [NodePlace]
  /// Keeps all nodes of the twin for a later start.
  package let keep: @Sendable ([NodePlace]) -> Void

  package init(known: [NodePlace], keep: @escaping @Sendable ([NodePlace]) -> Void) {
    self.known = known
    self.keep = keep
  }

  /// Remembers nobody.
  package static let none = NodeMemory(known: []) { _ in }
}
