import ActorCluster
import WireCodec

/// Why a coordinator does not take in a node.
package enum JoinRefusal: Error, Equatable, Sendable, Codable, WireCodable {
  /// A node of this name is there and answers.
  case nameTaken(NodeName)
  /// A process asks in the name of another.
  case notYourName(NodeName, asker: NodeName)
  /// The coordinator remembers no more names.
  case tooManyNodes(Int)
  /// The node has lived in a later era than the twin's store.
  case ahead(node: Int64, twin: Int64)
}

extension JoinRefusal: CustomStringConvertible {
  package var description: String {
    switch self {
    case .nameTaken(let node):
      "a node '\(node)' is part of the twin already; start this one under another name"
    case .notYourName(let node, let asker):
      "'\(asker)' asked in the name of '\(node)'; a node joins under the name it calls by"
    case .tooManyNodes(let limit):
      "the coordinator has taken in \(limit) nodes, which is the most"
    case .ahead(let node, let twin):
      "the node lives in era \(node) and the twin's store in era \(twin): it has served a twin with "
        + "another store; end it and start it again"
    }
  }
}
