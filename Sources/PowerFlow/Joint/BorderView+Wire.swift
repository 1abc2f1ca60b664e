import WireCodec

// A view crosses at each change of ownership, to every segment.

extension BorderView: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 6)
    writer.write("topologyVersion", topologyVersion)
    writer.write("roleVersion", roleVersion)
    writer.write("islandCount", islandCount)
    writer.write("islandOfComponent", islandOfComponent)
    writer.write("references", references)
    writer.write("rows", rows)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    topologyVersion = try reader.read("topologyVersion", in: &fields)
    roleVersion = try reader.read("roleVersion", in: &fields)
    islandCount = try reader.read("islandCount", in: &fields)
    islandOfComponent = try reader.read("islandOfComponent", in: &fields)
    references = try reader.read("references", in: &fields)
    rows = try reader.read("rows", in: &fields)
    try reader.endMap(fields)
  }
}

extension AngleReference: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("bus", bus)
    writer.write("angle_rad", angle_rad)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    bus = try reader.read("bus", in: &fields)
    angle_rad = try reader.read("angle_rad", in: &fields)
    try reader.endMap(fields)
  }
}

extension BorderPlan.Row: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 6)
    writer.write("bus", bus)
    writer.write("role", Int(role.rawValue))
    writer.write("island", island)
    writer.write("heldMagnitude_pu", heldMagnitude_pu)
    writer.write("startMagnitude_pu", startMagnitude_pu)
    writer.write("startAngle_rad", startAngle_rad)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    bus = try reader.read("bus", in: &fields)
    let code: Int = try reader.read("role", in: &fields)
    guard let role = UInt8(exactly: code).flatMap(RowRole.init(rawValue:)) else {
      throw .invalidValue("a border row of the unknown role \(code)")
    }
    self.role = role
    island = try reader.read("island", in: &fields)
    heldMagnitude_pu = try reader.read("heldMagnitude_pu", in: &fields)
    startMagnitude_pu = try reader.read("startMagnitude_pu", in: &fields)
    startAngle_rad = try reader.read("startAngle_rad", in: &fields)
    try reader.endMap(fields)
  }
}
