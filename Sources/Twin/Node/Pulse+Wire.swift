import WireCodec

/// By hand: it crosses four times a second from every node.
extension Pulse {
  func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 4)
    writer.write("era", era)
    writer.write("waits", waits)
    writer.write("refusedCalls", refusedCalls)
    writer.write("refusedConnections", refusedConnections)
  }

  init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    era = try reader.read("era", in: &fields)
    waits = try reader.read("waits", in: &fields)
    refusedCalls = try reader.read("refusedCalls", in: &fields)
    refusedConnections = try reader.read("refusedConnections", in: &fields)
    try reader.endMap(fields)
  }
}
