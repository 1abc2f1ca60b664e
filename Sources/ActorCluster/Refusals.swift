import Observability
import WireCodec

/// What a node refused since its start, because whoever asked had no right to it.
public struct Refusals: Sendable, Hashable, Codable, WireCodable {
  public var count = 0
  /// The last one, in words: who wanted what, or who was not let in and why.
  public var last: String?

  public init(count: Int = 0, last: String? = nil) {
    self.count = count
    self.last = last.map(Self.short)
  }

  mutating func add(_ route: CallRoute, from peer: String?) {
    add(
      "\(peer ?? "\(route.caller.node)") wanted '\(route.target)' of \(route.to)"
        + (route.caller.actor.map { " as \($0)" } ?? ""))
  }

  mutating func add(subscriptionTo topic: String, from peer: String?) {
    add("\(peer ?? "a stranger") wanted to subscribe to '\(topic)'")
  }

  private mutating func add(_ text: String) {
    count += 1
    last = Self.short(text)
  }

  /// What others wrote in a text is neither long nor more than a line.
  private static func short(_ text: String) -> String { OneLine.text(text, limit: 200) }
}

/// By hand: it crosses four times a second from every node.
extension Refusals {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("count", count)
    writer.write("last", last ?? "")
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    count = try reader.read("count", in: &fields)
    let text: String = try reader.read("last", in: &fields)
    last = text.isEmpty ? nil : text
    try reader.endMap(fields)
  }
}
