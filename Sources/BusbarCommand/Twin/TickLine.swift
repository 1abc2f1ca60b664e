import PowerFlow
import Twin

/// One line of a run for people: what an operator looks at first.
struct TickLine {
  static let heading = line([
    "time", "load", "gen", "PV", "wind", "storage", "import", "losses", "v_min (bus)",
    "v_max (bus)", "loading (branch)", "it", "rt", "ms",
  ])

  let text: String
  /// Whether it must be shown although it is not its turn.
  let isUrgent: Bool

  /// Widths of the columns; powers are in MW.
  private static let widths = [5, 8, 8, 7, 7, 7, 8, 7, 11, 11, 21, 2, 2, 6]

  init(_ report: TickRecord) {
    let totals = report.totals
    let disagreement = Self.disagreement(report.ties)
    isUrgent = !disagreement.isEmpty
    func extreme(_ extreme: SegmentReport.Extreme?, _ decimals: Int) -> String {
      extreme.map { "\(fixed($0.value, decimals)) (\($0.place))" } ?? "-"
    }
    text =
      Self.line([
        report.clock, fixed(totals.load_MW, 2), fixed(report.machines_MW, 2),
        fixed(totals.photovoltaic_MW, 2), fixed(totals.wind_MW, 2), fixed(totals.storage_MW, 2),
        fixed(totals.import_MW, 2), fixed(totals.losses_MW, 3), extreme(report.lowest, 4),
        extreme(report.highest, 4), extreme(report.loading, 1), "\(report.iterations)",
        "\(report.roundTrips)", fixed(report.duration_ms, 2),
      ]) + (report.violations > 0 ? "  ! \(counted(report.violations, "limit"))" : "")
      + (report.darkBuses > 0 ? "  \(report.darkBuses) dark" : "") + disagreement
  }

  /// Both ends of a tie are computed from the same solved voltages: beyond rounding they agree.
  private static let agreement_MVA = 1e-6

  private static func disagreement(_ ties: TieAgreement) -> String {
    guard let worst = ties.worst, !(ties.mismatch_MVA <= agreement_MVA) else { return "" }
    return "  ! \(worst): its ends disagree by \(fixed(ties.mismatch_MVA, 3)) MVA"
  }

  private static func line(_ cells: [String]) -> String {
    zip(cells, widths).map { $0.padded(toLeft: $1) }.joined(separator: " ")
  }
}

extension String {
  fileprivate func padded(toLeft width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
