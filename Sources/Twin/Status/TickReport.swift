import ActorCluster
import GridModel
import PowerFlow
import Quantities
import TwinStore

/// One committed tick in the words of an operator.
package struct TickReport: Sendable {
  package var tick: Int64
  package var time: Timestamp
  package var era: Int64
  package var totals: FlowTotals
  package var lowest: SegmentReport.Extreme?
  package var highest: SegmentReport.Extreme?
  package var loading: SegmentReport.Extreme?
  package var violations: Int
  package var darkBuses: Int
  package var ties: TieAgreement
  /// What it cost; `nil` without prices.
  package var balance: BalanceFigures?
  package var iterations: Int
  /// Joint rounds: one more than the iterations.
  package var roundTrips: Int
  /// A hash of every segment's committed state: equal runs have equal ones, to the last bit.
  package var fingerprint: UInt64
  /// From the tick's first message until every segment has committed it, at the coordinator.
  package var duration: Duration = .zero
  package var joint = JointRounds()

  /// Joins the reports of all segments, in the order of their ids.
  init(
    tick: Int64, time: Timestamp, era: Int64, segments: [SegmentReport], states: [SegmentRecord],
    iterations: [Int], roundTrips: Int
  ) {
    var totals = FlowTotals()
    for segment in segments { totals += segment.totals }
    self.tick = tick
    self.time = time
    self.era = era
    self.totals = totals
    lowest = segments.compactMap(\.lowest).min { $0.value < $1.value }
    highest = segments.compactMap(\.highest).max { $0.value < $1.value }
    loading = segments.compactMap(\.loading).max { $0.value < $1.value }
    violations = segments.map(\.violations).reduce(0, +)
    darkBuses = segments.map(\.darkBuses).reduce(0, +)
    ties =
      segments.map(\.ties).max { $1.mismatch_MVA.isWorse(than: $0.mismatch_MVA) } ?? TieAgreement()
    balance = segments.compactMap(\.balance).reduce(nil as BalanceFigures?) { sum, next in
      var sum = sum ?? BalanceFigures()
      sum += next
      return sum
    }
    var hash = StableHash()
    for state in states {
      hash.combine(state.segment)
      hash.combine(state.state)
    }
    fingerprint = hash.value
    self.iterations = iterations.max() ?? 0
    self.roundTrips = roundTrips
  }
}
