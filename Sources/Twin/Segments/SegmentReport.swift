import GridModel
import PowerFlow
import WireCodec

/// What a segment tells about a solved tick: sums and extremes, no asset.
package struct SegmentReport: Sendable, Equatable, Codable, WireCodable {
  package var totals: FlowTotals
  package var lowest: Extreme?
  package var highest: Extreme?
  /// The most loaded branch of those that the segment counts.
  package var loading: Extreme?
  /// Buses outside their limits and branches above their rating.
  package var violations: Int
  package var darkBuses: Int
  package var ties: TieAgreement
  /// What it cost; `nil` without prices.
  package var balance: BalanceFigures?

  /// A value and where it is.
  package struct Extreme: Sendable, Equatable, Codable {
    package var value: Double
    package var place: String
  }

  package init(_ flow: FlowReport, ties: TieAgreement) {
    totals = flow.totals
    let lit = flow.buses.compactMap { bus in
      bus.v_pu.map { Extreme(value: $0, place: bus.bus.text) }
    }
    lowest = lit.min { $0.value < $1.value }
    highest = lit.max { $0.value < $1.value }
    let loadings = flow.branches.compactMap { branch in
      branch.loading_pct.map { Extreme(value: $0, place: "\(branch.branch)") }
    }
    loading = loadings.max { $0.value < $1.value }
    violations =
      flow.buses.count { $0.isWithinLimits == false } + loadings.count { $0.value > 100 }
    darkBuses = flow.buses.count { !$0.isEnergised }
    self.ties = ties
  }
}

/// A segment's last word on a tick: what it saw, and the state that it will have if the tick is
/// committed.
package struct Conclusion: Sendable, Equatable {
  package var report: SegmentReport
  package var state: [UInt8]
}

extension Conclusion: WireCodable {
  package func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 2)
    writer.write("report", report)
    writer.write("state", state)
  }

  package init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    report = try reader.read("report", in: &fields)
    state = try reader.read("state", in: &fields)
    try reader.endMap(fields)
  }
}
