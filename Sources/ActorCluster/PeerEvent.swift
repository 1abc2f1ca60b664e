/// What a transport notices about other nodes.
public enum PeerEvent: Hashable, Sendable {
  /// The connection to a node ended without our doing: its process may be gone.
  case lost(NodeName)
}
