import WireCodec

/// By hand: it crosses four times a second from every node.
extension Pulse {
  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 4)
    writer.write("era", era)
    writer.write("waits", waits)
    writer.write("refusedCalls", refusedCalls)
    writer.write("lastRefusedCall", lastRefusedCall ?? "")
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    era = try reader.read("era", in: &fields)
    waits = try reader.read("waits", in: &fields)
    refusedCalls = try reader.read("refusedCalls", in: &fields)
    let last: String = try reader.read("lastRefusedCall", in: &fields)
    lastRefusedCall = last.isEmpty ? nil : last
    try reader.endMap(fields)
  }
}
