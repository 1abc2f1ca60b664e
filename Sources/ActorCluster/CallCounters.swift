/// What has crossed the wire since the cluster started.
public struct CallCounters: Sendable, Hashable {
  /// One kind of call.
  public struct Key: Hashable, Sendable, Comparable {
    /// The kind of the calling actor, when it is known.
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

  /// More pairs of caller and target than a twin has; beyond it, callers are no longer told apart, so
  /// that a peer cannot fill the memory with kinds that it makes up.
  private static let maximumKeys = 1024

  /// Calls that this node made.
  public var sent: [Key: Int] = [:]
  /// Calls that this node admitted.
  public var received: [Key: Int] = [:]
  /// Calls that this node refused before reading their body.
  public var refused = 0
  /// Bytes of the bodies that left this node: arguments and results.
  public var bytesSent = 0
  /// Bytes of the bodies that reached this node.
  public var bytesReceived = 0
}

extension CallCounters {
  mutating func countSent(_ head: CallHead, _ body: [UInt8]) {
    sent[head.route.counterKey, default: 0] += 1
    bytesSent += body.count
  }

  mutating func countReceived(_ head: CallHead, _ body: [UInt8]) {
    var key = head.route.counterKey
    if received.count >= Self.maximumKeys, received[key] == nil { key.callerKind = nil }
    received[key, default: 0] += 1
    bytesReceived += body.count
  }
}
