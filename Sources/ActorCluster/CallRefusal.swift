/// Why a node gave no result. All but the last three are found before the body is decoded.
public enum CallRefusal: Error, Sendable, Hashable {
  /// There is no such actor here, or its type has no such target. Nothing ran.
  case noSuchActor
  /// The caller may not do this. Nothing ran.
  case unauthorised
  /// The caller acts in another era than this node. Nothing ran.
  case staleEra(current: Int64)
  /// The caller belongs to another twin. Nothing ran.
  case wrongTwin(String)
  /// The actor lives on another node now. Nothing ran.
  case moved(to: NodeName)
  /// The node is draining or has too much to do. Nothing ran.
  case overloaded
  /// The body is larger than the node accepts. Nothing ran.
  case tooLarge
  /// Head or arguments could not be read. Nothing ran.
  case undecodable(String)
  /// The time ran out at the node; the method was cancelled.
  case deadlineExceeded
  /// The method was cancelled for another reason.
  case cancelled
}
