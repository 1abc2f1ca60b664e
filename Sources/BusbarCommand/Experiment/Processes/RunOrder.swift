import ActorCluster
import Balancing
import WireCodec

/// What the referee asks of an agent's process: to make ready for a run.
struct RunOrder: Sendable, Codable, WireCodable {
  /// Counts the runs; what belongs to another is dropped.
  var run: Int
  /// Place among the experiment's algorithms.
  var algorithm: Int
  var seed: UInt64
  /// How often the agent has begun in this run.
  var life: Int
  /// Where every agent is, in order.
  var places: [AgentPlace]
}

/// Where the actor of an agent is.
struct AgentPlace: Sendable, Codable, WireCodable {
  var agent: Int
  var node: NodeName
  var host: String
  var port: Int

  init(_ agent: Int, on node: NodeName, at address: NodeAddress) {
    self.agent = agent
    self.node = node
    host = address.host
    port = address.port
  }

  var address: NodeAddress { NodeAddress(host: host, port: port) }
}

/// What the referee gets to see of an agent after a step, and at its end.
struct AgentReport: Sendable, Equatable {
  var run: Int
  var agent: Int
  /// The row of the trace to which it belongs, from one.
  var row: Int
  /// The longest causal chain among the messages that it sent.
  var deepest: Int
  var decision: [Double]
  /// Copies of shared quantities, and their values.
  var quantities: [Int]
  var values: [Double]
  var messages: Int
  var words: Int
  var bytes: Int
  /// How long the step took, and how long its last message was on the way.
  var step_s: Double
  var transit_s: Double
  /// Rounds between the sending and the use of its messages: sum, worst and number.
  var staleness: [Double]
  var isOver: Bool

  var opinion: Opinion {
    Opinion(
      decision: decision,
      copies: zip(quantities, values).map { Opinion.Copy(of: $0, value: $1) })
  }

  var traffic: Traffic {
    var traffic = Traffic()
    (traffic.messages, traffic.words, traffic.bytes) = (messages, words, bytes)
    return traffic
  }
}

extension AgentReport: WireCodable {
  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 14)
    writer.write("run", run)
    writer.write("agent", agent)
    writer.write("row", row)
    writer.write("deepest", deepest)
    writer.write("decision", decision)
    writer.write("quantities", quantities)
    writer.write("values", values)
    writer.write("messages", messages)
    writer.write("words", words)
    writer.write("bytes", bytes)
    writer.write("step_s", step_s)
    writer.write("transit_s", transit_s)
    writer.write("staleness", staleness)
    writer.write("isOver", isOver)
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    run = try reader.read("run", in: &fields)
    agent = try reader.read("agent", in: &fields)
    row = try reader.read("row", in: &fields)
    deepest = try reader.read("deepest", in: &fields)
    decision = try reader.read("decision", in: &fields)
    quantities = try reader.read("quantities", in: &fields)
    values = try reader.read("values", in: &fields)
    messages = try reader.read("messages", in: &fields)
    words = try reader.read("words", in: &fields)
    bytes = try reader.read("bytes", in: &fields)
    step_s = try reader.read("step_s", in: &fields)
    transit_s = try reader.read("transit_s", in: &fields)
    staleness = try reader.read("staleness", in: &fields)
    isOver = try reader.read("isOver", in: &fields)
    try reader.endMap(fields)
  }
}
