import WireCodec

/// Who an actor is, written `kind/name@node`: `segment/feeder-1@north`.
public struct ActorIdentity: Hashable, Sendable, CustomStringConvertible {
  /// The node that hosts the actor.
  public let node: NodeName
  /// The kind that its type declares; it selects the table of targets.
  public let kind: String
  /// The name, unique among actors of the kind on the node.
  public let name: String

  /// Names an actor, whether or not it exists.
  public init(kind: String, name: String, on node: NodeName) {
    self.node = node
    self.kind = kind
    self.name = name
  }

  public var description: String { "\(kind)/\(name)@\(node)" }

  /// A hash that is the same in every run, on every machine: 64-bit FNV-1a.
  package var stableHash: UInt64 {
    var hash = StableHash()
    hash.combine(description)
    return hash.value
  }
}

extension ActorIdentity: Comparable {
  public static func < (left: ActorIdentity, right: ActorIdentity) -> Bool {
    (left.kind, left.name, left.node) < (right.kind, right.name, right.node)
  }
}

extension ActorIdentity: Codable, WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 3)
    writer.write("node", node)
    writer.write("kind", kind)
    writer.write("name", name)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    node = try reader.read("node", in: &fields)
    kind = try reader.read("kind", in: &fields)
    name = try reader.read("name", in: &fields)
    try reader.endMap(fields)
  }
}
