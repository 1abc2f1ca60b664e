import WireCodec

/// A type whose conformance is written by hand.
struct Reading: WireCodable, Equatable {
  var bus: String
  var tick: Int64
  var powers: [Double]
  var remark: String?

  init(bus: String, tick: Int64, powers: [Double], remark: String? = nil) {
    self.bus = bus
    self.tick = tick
    self.powers = powers
    self.remark = remark
  }

  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 4)
    writer.write("bus", bus)
    writer.write("tick", tick)
    writer.write("p_MW", powers)
    writer.write("remark", remark)
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    bus = try reader.read("bus", in: &fields)
    tick = try reader.read("tick", in: &fields)
    powers = try reader.read("p_MW", in: &fields)
    remark = try reader.readIfPresent("remark", in: &fields, as: String?.self) ?? nil
    try reader.endMap(fields)
  }
}

/// A type that is only `Codable`.
struct Survey: Codable, WireCodable, Equatable {
  enum State: String, Codable { case planned, built }
  enum Shape: Codable, Equatable {
    case point
    case circle(radius: Double)
    case pair(Int, [String?])
  }

  struct Place: Codable, Hashable {
    var name: String
    var height: Int?
  }

  var title: String
  var states: [State]
  var shapes: [Shape]
  var places: [Place]
  var heights: [String: Double]
  var counts: [Int: UInt8]
  var notes: [Place: String]
  var names: Set<String>
  var values: [Double]
  var matrix: [[Double]]
  var bytes: [UInt8]
  var smallest: Int64
  var largest: UInt64
  var ratio: Float
  var isReady: Bool
  var missing: Double?

  static let example = Survey(
    title: "ring", states: [.planned, .built],
    shapes: [.point, .circle(radius: 1.5), .pair(-3, ["a", nil])],
    places: [Place(name: "hill", height: 7), Place(name: "sea")],
    heights: ["b": 2, "a": 1, "c": 0.1], counts: [2: 20, 10: 100, 1: 10],
    notes: [Place(name: "hill"): "high", Place(name: "sea", height: 0): "low"],
    names: ["x", "z", "y"], values: [0, -0.0, 1e300, .infinity], matrix: [[1, 2], [], [3]],
    bytes: [0, 255], smallest: .min, largest: .max, ratio: 0.1, isReady: true, missing: nil)
}
