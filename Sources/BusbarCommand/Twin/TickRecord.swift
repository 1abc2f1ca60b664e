import PowerFlow
import Twin

/// What is told of a committed tick: a line of `ticks.jsonl`, of the table and of the live view.
struct TickRecord: Sendable, Codable {
  var tick: Int64
  /// When it begins in the twin, `2030-06-21T00:00:00Z`.
  var time: String
  var era: Int64
  var totals: FlowTotals
  var lowest: SegmentReport.Extreme?
  var highest: SegmentReport.Extreme?
  var loading: SegmentReport.Extreme?
  var violations: Int
  var darkBuses: Int
  var ties: TieAgreement
  var iterations: Int
  var roundTrips: Int
  /// Of the committed states of all segments.
  var fingerprint: UInt64
  var duration_ms: Double
  /// Of the joint power flow: how long it took, its calls, their bytes and its border's unknowns.
  var joint_ms: Double
  var jointCalls: Int
  var jointBytes: Int
  var borderUnknowns: Int
  /// How long after its due time the tick began; `nil` without a pace.
  var lateness_ms: Double?
  /// What the tick cost; `nil` without prices.
  var balance: BalanceFigures?

  init(_ report: TickReport, lateness_ms: Double? = nil) {
    tick = report.tick
    time = report.time.description
    era = report.era
    totals = report.totals
    lowest = report.lowest
    highest = report.highest
    loading = report.loading
    violations = report.violations
    darkBuses = report.darkBuses
    ties = report.ties
    iterations = report.iterations
    roundTrips = report.roundTrips
    fingerprint = report.fingerprint
    duration_ms = report.duration.milliseconds
    joint_ms = report.joint.duration.milliseconds
    jointCalls = report.joint.calls
    jointBytes = report.joint.bytes
    borderUnknowns = report.joint.borderUnknowns
    self.lateness_ms = lateness_ms
    balance = report.balance
  }

  /// `10:30`, the time of day.
  var clock: String { String(time.dropFirst(11).prefix(5)) }

  /// What the live view shows of it.
  var figures: TickFigures {
    TickFigures(
      tick: tick, time: time, load_MW: totals.load_MW, photovoltaic_MW: totals.photovoltaic_MW,
      wind_MW: totals.wind_MW, import_MW: totals.import_MW, lowest: lowest,
      violations: violations)
  }

  /// Generators other than photovoltaics and wind.
  var machines_MW: Double {
    totals.generation_MW - totals.photovoltaic_MW - totals.wind_MW
  }
}
