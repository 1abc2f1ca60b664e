/// What has crossed the wire since the cluster started.
public struct CallCounters: Sendable, Hashable {
  /// One kind of call.
  public struct Key: Hashable, Sendable, Comparable {
    /// The kind of the calling actor, of calls that it made.
    public var callerKind: String?
    /// The kind of the called actor.
    public var kind: String
    /// The stable name of the method.
    public var target: String

    /// Names a kind of call.
    public init(callerKind: String? = nil, kind: String, target: String) {
      self.callerKind = callerKind
      self.kind = kind
      self.target = target
    }

    public static func < (left: Key, right: Key) -> Bool {
      (left.kind, left.target, left.callerKind ?? "")
        < (right.kind, right.target, right.callerKind ?? "")
    }
  }

  /// Calls that this node made.
  public var sent: [Key: Int] = [:]
  /// Calls that this node admitted, whoever called.
  public var received: [Key: Int] = [:]
  /// Calls that this node refused before reading their body.
  public var refused = 0
  /// Bytes of the bodies that left this node: arguments and results.
  public var bytesSent = 0
  /// Bytes of the bodies that reached this node.
  public var bytesReceived = 0
}
