/// Who makes a call: a node, and the actor on it whose method makes the call, when that is known.
public struct Caller: Hashable, Sendable, CustomStringConvertible {
  /// The node that the call comes from.
  public var node: NodeName
  /// The actor that was being served when it made this call.
  public var actor: ActorIdentity?

  /// Names a caller.
  public init(node: NodeName, actor: ActorIdentity? = nil) {
    self.node = node
    self.actor = actor
  }

  public var description: String { actor?.description ?? node.description }
}
