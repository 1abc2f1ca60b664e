import PowerFlow
import WireCodec

/// What a segment gets at the beginning of each era: who its neighbours are, what is on the border,
/// and the committed state from which it goes on.
struct Introduction: Sendable, Equatable, WireCodable {
  var era: Int64
  var neighbours: [NeighbourCard]
  var view: BorderView
  /// As the store has it; empty before the first commit.
  var state: [UInt8]

  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 4)
    writer.write("era", era)
    writer.write("neighbours", neighbours)
    writer.write("view", view)
    writer.write("state", state)
  }

  init(era: Int64, neighbours: [NeighbourCard], view: BorderView, state: [UInt8]) {
    self.era = era
    self.neighbours = neighbours
    self.view = view
    self.state = state
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    era = try reader.read("era", in: &fields)
    neighbours = try reader.read("neighbours", in: &fields)
    view = try reader.read("view", in: &fields)
    state = try reader.read("state", in: &fields)
    try reader.endMap(fields)
  }
}
