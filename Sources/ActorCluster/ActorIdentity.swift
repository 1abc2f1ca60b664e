import WireCodec

/// Who an actor is, written `kind/name@node`: `segment/feeder-1@north`.
public struct ActorIdentity: Hashable, Sendable, CustomStringConvertible {
  /// The node that hosts the actor.
  public let node: NodeName
  /// The kind that its type declares; it selects the table of targets.
  public let kind: String
  /// The name, unique among actors of the kind on the node.
  public let name: String
  /// A hash that is the same in every run, on every machine: 64-bit FNV-1a of the description.
  package let stableHash: UInt64

  /// Names an actor, whether or not it exists.
  public init(kind: String, name: String, on node: NodeName) {
    self.node = node
    self.kind = kind
    self.name = name
    var hash = StableHash()
    hash.combine(kind)
    hash.combine("/")
    hash.combine(name)
    hash.combine("@")
    hash.combine(node.rawValue)
    stableHash = hash.value
  }

  public var description: String { "\(kind)/\(name)@\(node)" }

  public static func == (left: ActorIdentity, right: ActorIdentity) -> Bool {
    left.stableHash == right.stableHash && left.name == right.name && left.kind == right.kind
      && left.node == right.node
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(stableHash) }
}

extension ActorIdentity: Comparable {
  public static func < (left: ActorIdentity, right: ActorIdentity) -> Bool {
    (left.kind, left.name, left.node) < (right.kind, right.name, right.node)
  }
}

extension ActorIdentity: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 3)
    writer.write("node", node)
    writer.write("kind", kind)
    writer.write("name", name)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    let node: NodeName = try reader.read("node", in: &fields)
    let kind: String = try reader.read("kind", in: &fields)
    let name: String = try reader.read("name", in: &fields)
    try reader.endMap(fields)
    self.init(kind: kind, name: name, on: node)
  }
}
