import Assets
import GridModel
import WireCodec

/// By hand: every segment writes it in every tick.
extension FleetState: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 1)
    writer.write("assets", assets)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    self.init(assets: try reader.read("assets", in: &fields))
    try reader.endMap(fields)
  }
}

extension AssetState: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("asset", asset)
    writer.write("energy_MWh", energy_MWh)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    let asset: ElementReference = try reader.read("asset", in: &fields)
    self.init(asset: asset, energy_MWh: try reader.read("energy_MWh", in: &fields))
    try reader.endMap(fields)
  }
}

extension ElementReference: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("kind", kind.rawValue)
    writer.write("id", id)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    let word: String = try reader.read("kind", in: &fields)
    guard let kind = ElementKind(rawValue: word) else {
      throw .invalidValue("an element of the unknown kind '\(word)'")
    }
    self.init(kind, try reader.read("id", in: &fields))
    try reader.endMap(fields)
  }
}
