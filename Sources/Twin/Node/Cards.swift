import ActorCluster
import GridModel
import PowerFlow
import WireCodec

/// How one node introduces itself to the coordinator.
public struct NodeCard: Sendable, Equatable, Codable, WireCodable {
  public var node: NodeName
  /// Where it listens.
  public var host: String
  public var port: Int
  public var pid: Int32

  public init(node: NodeName, host: String, port: Int, pid: Int32) {
    self.node = node
    self.host = host
    self.port = port
    self.pid = pid
  }

  var address: NodeAddress { NodeAddress(host: host, port: port) }
}

/// How the coordinator introduces a segment to its neighbour.
struct NeighbourCard: Sendable, Equatable, WireCodable {
  var segment: SegmentPlan.ID
  var actor: ActorIdentity
  var host: String
  var port: Int
  /// From where its node has called the coordinator, in numbers: a hint for when its host is not found.
  var seenAt: String?

  var address: NodeAddress { NodeAddress(host: host, port: port) }

  init(
    segment: SegmentPlan.ID, actor: ActorIdentity, host: String, port: Int, seenAt: String? = nil
  ) {
    self.segment = segment
    self.actor = actor
    self.host = host
    self.port = port
    self.seenAt = seenAt
  }

  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 5)
    writer.write("segment", segment)
    writer.write("actor", actor)
    writer.write("host", host)
    writer.write("port", port)
    writer.write("seenAt", seenAt)
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    segment = try reader.read("segment", in: &fields)
    actor = try reader.read("actor", in: &fields)
    host = try reader.read("host", in: &fields)
    port = try reader.read("port", in: &fields)
    seenAt = try reader.read("seenAt", in: &fields)
    try reader.endMap(fields)
  }
}

/// Voltages on the wire.
struct BusVoltages: Sendable, Equatable, WireCodable {
  let voltages: Voltages

  init(_ voltages: Voltages) { self.voltages = voltages }

  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("magnitude", voltages.magnitude)
    writer.write("angle", voltages.angle)
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    let magnitude: [Double] = try reader.read("magnitude", in: &fields)
    let angle: [Double] = try reader.read("angle", in: &fields)
    guard magnitude.count == angle.count else {
      throw .invalidValue("voltages with unequal counts of magnitudes and angles")
    }
    voltages = Voltages(magnitude: magnitude, angle: angle)
    try reader.endMap(fields)
  }
}

/// What a node has sent and received, for the summary.
struct NodeTraffic: Sendable, Equatable, Codable, WireCodable {
  /// Requests that this node put on the wire.
  var calls = 0
  /// Of those, from a segment to a segment.
  var segmentCalls = 0
  /// Bytes of requests and replies that left this node.
  var bytesSent = 0

  init(_ cluster: ActorCluster) {
    let counters = cluster.counters
    calls = counters.sent.values.reduce(0, +)
    segmentCalls =
      counters.sent.filter { $0.key.callerKind == Segment.kind && $0.key.kind == Segment.kind }
      .values.reduce(0, +)
    bytesSent = counters.bytesSent
  }
}
