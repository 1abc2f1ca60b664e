import PowerFlow
import WireCodec

/// By hand: every segment sends one in every tick.
extension SegmentReport {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: balance == nil ? 7 : 8)
    writer.write("totals", totals)
    writer.write("lowest", lowest)
    writer.write("highest", highest)
    writer.write("loading", loading)
    writer.write("violations", Int64(violations))
    writer.write("darkBuses", Int64(darkBuses))
    writer.write("ties", ties)
    if let balance { writer.write("balance", balance) }
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    totals = try reader.read("totals", in: &fields)
    lowest = try reader.read("lowest", in: &fields)
    highest = try reader.read("highest", in: &fields)
    loading = try reader.read("loading", in: &fields)
    violations = Int(try reader.read("violations", in: &fields) as Int64)
    darkBuses = Int(try reader.read("darkBuses", in: &fields) as Int64)
    ties = try reader.read("ties", in: &fields)
    balance = try reader.readIfPresent("balance", in: &fields)
    try reader.endMap(fields)
  }
}

extension SegmentReport.Extreme: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("value", value)
    writer.write("place", place)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    value = try reader.read("value", in: &fields)
    place = try reader.read("place", in: &fields)
    try reader.endMap(fields)
  }
}

extension TieAgreement: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("mismatch_MVA", mismatch_MVA)
    writer.write("worst", worst)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    mismatch_MVA = try reader.read("mismatch_MVA", in: &fields)
    worst = try reader.read("worst", in: &fields)
    try reader.endMap(fields)
  }
}

/// As packed numbers in the order of the declaration.
extension FlowTotals: WireCodable {
  private static let fields: [WritableKeyPath<FlowTotals, Double> & Sendable] = [
    \.load_MW, \.load_Mvar, \.generation_MW, \.generation_Mvar, \.photovoltaic_MW, \.wind_MW,
    \.storage_MW, \.storage_Mvar, \.import_MW, \.import_Mvar, \.shunt_MW, \.shunt_Mvar,
    \.lineLosses_MW, \.transformerLosses_MW, \.losses_Mvar, \.unserved_MW,
  ]

  public func encode(into writer: inout CBORWriter) {
    Self.fields.map { self[keyPath: $0] }.encode(into: &writer)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    self.init()
    let numbers = try [Double](from: &reader)
    guard numbers.count == Self.fields.count else {
      throw .invalidValue("totals of \(numbers.count) numbers; there are \(Self.fields.count)")
    }
    for (field, number) in zip(Self.fields, numbers) { self[keyPath: field] = number }
  }
}
