import Assets
import GridModel
import WireCodec

/// What balancing leaves behind in a committed tick.
package struct BalanceState: Sendable, Equatable {
  /// What was decided for the tick.
  package var setPoints = SetPoints()
  /// For each neighbour that it balances with, where the next tick begins.
  package var pulls: [[Double]] = []
  /// The flows that the tick was planned with, of each line in per unit: held against the solved
  /// ones they tell what the linear model does not see.
  package var flows: [Double] = []

  package init() {}
}

extension BalanceState: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 4)
    writer.write("assets", setPoints.entries.map(\.asset))
    writer.write("powers", setPoints.entries.map(\.p_MW))
    writer.write("pulls", pulls)
    writer.write("flows", flows)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    let assets: [ElementReference] = try reader.read("assets", in: &fields)
    let powers: [Double] = try reader.read("powers", in: &fields)
    guard assets.count == powers.count else {
      throw .invalidValue("set-points with unequal counts of assets and powers")
    }
    setPoints = SetPoints(
      zip(assets, powers).map { SetPoints.Entry(asset: $0, p_MW: $1) })
    pulls = try reader.read("pulls", in: &fields)
    flows = try reader.read("flows", in: &fields)
    try reader.endMap(fields)
  }
}
