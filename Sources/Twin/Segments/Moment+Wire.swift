import WireCodec

/// By hand: it crosses with every conclusion, comparison and commit.
extension Moment {
  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("era", era)
    writer.write("tick", tick)
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    era = try reader.read("era", in: &fields)
    tick = try reader.read("tick", in: &fields)
    try reader.endMap(fields)
  }
}
