import GridModel
import WireCodec

// What crosses the wire in every round is written field by field; what crosses once, when a segment
// is hosted, by the slower general way.

extension Name: WireCodable {
  public func encode(into writer: inout CBORWriter) { writer.write(text: text) }

  public init(from reader: inout CBORReader) throws(CBORError) { self.init(try reader.readText()) }
}

extension SegmentSlice: WireCodable {}
extension NetworkStructure: WireCodable {}

extension RoundStamp: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 5)
    writer.write("era", era)
    writer.write("tick", tick)
    writer.write("iteration", iteration)
    writer.write("topologyVersion", topologyVersion)
    writer.write("roleVersion", roleVersion)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    era = try reader.read("era", in: &fields)
    tick = try reader.read("tick", in: &fields)
    iteration = try reader.read("iteration", in: &fields)
    topologyVersion = try reader.read("topologyVersion", in: &fields)
    roleVersion = try reader.read("roleVersion", in: &fields)
    try reader.endMap(fields)
  }
}

extension BorderBlock: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 7)
    writer.write("segment", segment)
    writer.write("stamp", stamp)
    writer.write("interior", interior)
    writer.write("mismatch", mismatch)
    writer.write("reduced", reduced)
    writer.write("schur", schur)
    writer.write("isEliminated", isEliminated)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    segment = try reader.read("segment", in: &fields)
    stamp = try reader.read("stamp", in: &fields)
    interior = try reader.read("interior", in: &fields)
    mismatch = try reader.read("mismatch", in: &fields)
    reduced = try reader.read("reduced", in: &fields)
    schur = try reader.read("schur", in: &fields)
    isEliminated = try reader.read("isEliminated", in: &fields)
    try reader.endMap(fields)
  }
}

extension InteriorResidual: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("mismatch", mismatch)
    writer.write("bus", bus)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    mismatch = try reader.read("mismatch", in: &fields)
    bus = try reader.read("bus", in: &fields)
    try reader.endMap(fields)
  }
}

extension BorderStep: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 3)
    writer.write("stamp", stamp)
    writer.write("step", step)
    writer.write("isSettled", isSettled)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    stamp = try reader.read("stamp", in: &fields)
    step = try reader.read("step", in: &fields)
    isSettled = try reader.read("isSettled", in: &fields)
    try reader.endMap(fields)
  }
}
