import PowerFlow
import Twin

/// One line of a run for people: what an operator looks at first.
struct TickLine {
  static let heading =
    "time    load   gen    PV   wind  stor  import  loss    v_min (bus)    v_max (bus)   "
    + "loading (branch)       it rt     ms"

  let text: String

  init(_ report: TickReport) {
    let totals = report.totals
    let machines = totals.generation_MW - totals.photovoltaic_MW - totals.wind_MW
    func cell(_ value: Double, _ decimals: Int, _ width: Int) -> String {
      fixed(value, decimals).padded(toLeft: width)
    }
    func extreme(_ extreme: SegmentReport.Extreme?, _ decimals: Int, _ width: Int) -> String {
      guard let extreme else { return "-".padded(toLeft: width) }
      return "\(fixed(extreme.value, decimals)) (\(extreme.place))".padded(toLeft: width)
    }
    text =
      String(report.time.clock.prefix(5)) + cell(totals.load_MW, 2, 8) + cell(machines, 1, 6)
      + cell(totals.photovoltaic_MW, 2, 6) + cell(totals.wind_MW, 2, 7)
      + cell(totals.storage_MW, 2, 6) + cell(totals.import_MW, 2, 8) + cell(totals.losses_MW, 3, 7)
      + extreme(report.lowest, 4, 14) + extreme(report.highest, 4, 15)
      + extreme(report.loading, 1, 25) + "\(report.iterations)".padded(toLeft: 4)
      + "\(report.roundTrips)".padded(toLeft: 3) + cell(report.duration.milliseconds, 2, 7)
      + (report.violations > 0 ? "  ! \(report.violations) limits" : "")
      + (report.darkBuses > 0 ? "  \(report.darkBuses) dark" : "")
  }
}

extension String {
  fileprivate func padded(toLeft width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
