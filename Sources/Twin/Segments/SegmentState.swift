import Assets
import PowerFlow
import WireCodec

/// What a segment carries from tick to tick, and all that it carries: everything else follows.
package struct SegmentState: Sendable, Equatable {
  /// The last tick whose results are in here; -1 before the first.
  package var tick: Int64
  package var fleet: FleetState
  /// Of every row of the segment's network, its copies of border rows included.
  package var voltages: Voltages
  /// What balancing decided; `nil` in a twin whose set-points come from schedules, and before the
  /// first tick.
  package var balance: BalanceState?

  package init(
    tick: Int64, fleet: FleetState, voltages: Voltages, balance: BalanceState? = nil
  ) {
    self.tick = tick
    self.fleet = fleet
    self.voltages = voltages
    self.balance = balance
  }
}

extension SegmentState: WireCodable {
  /// The number of this layout; another one is refused.
  static let schema: Int64 = 1

  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: balance == nil ? 5 : 6)
    writer.write("schema", Self.schema)
    writer.write("tick", tick)
    writer.write("fleet", fleet)
    writer.write("magnitude", voltages.magnitude)
    writer.write("angle", voltages.angle)
    if let balance { writer.write("balance", balance) }
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    let schema: Int64 = try reader.read("schema", in: &fields)
    guard schema == Self.schema else {
      throw .invalidValue("a segment's state of schema \(schema); this Busbar reads \(Self.schema)")
    }
    tick = try reader.read("tick", in: &fields)
    fleet = try reader.read("fleet", in: &fields)
    let magnitude: [Double] = try reader.read("magnitude", in: &fields)
    let angle: [Double] = try reader.read("angle", in: &fields)
    guard magnitude.count == angle.count else {
      throw .invalidValue("a segment's state with unequal counts of magnitudes and angles")
    }
    voltages = Voltages(magnitude: magnitude, angle: angle)
    balance = try reader.readIfPresent("balance", in: &fields)
    try reader.endMap(fields)
  }
}
