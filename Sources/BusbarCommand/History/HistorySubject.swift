import GridModel
import PowerFlow
import Twin

/// What a history is about, and what stands in its lines; the contract is in `Docs/Output.md`.
enum HistorySubject {
  case bus(Bus.ID, in: SegmentPlan.ID)
  case branch(ElementReference, in: SegmentPlan.ID)
  case segment(SegmentPlan.ID)

  /// The segment whose reports it is read from.
  var segment: SegmentPlan.ID {
    switch self {
    case .bus(_, let segment), .branch(_, let segment), .segment(let segment): segment
    }
  }

  var name: String {
    switch self {
    case .bus(let bus, _): "bus '\(bus)'"
    case .branch(let branch, _): "\(branch)"
    case .segment(let segment): "segment '\(segment)'"
    }
  }

  /// The kind of each JSON line.
  var kind: String {
    switch self {
    case .bus: "BusHistory"
    case .branch: "BranchHistory"
    case .segment: "SegmentHistory"
    }
  }

  /// The columns after `tick` and `time`.
  var columns: [String] {
    switch self {
    case .bus: ["bus", "v_pu", "angle_deg", "p_MW", "q_Mvar"]
    case .branch:
      [
        "branch", "elementKind", "pFrom_MW", "qFrom_Mvar", "pTo_MW", "qTo_Mvar", "loading_pct",
      ]
    case .segment:
      [
        "segment", "load_MW", "generation_MW", "photovoltaic_MW", "wind_MW", "storage_MW",
        "import_MW", "losses_MW", "unserved_MW", "vMin_pu", "vMinBus", "vMax_pu", "vMaxBus",
        "cost", "curtailed_MW", "shed_MW", "moved_MW",
      ]
    }
  }

  /// One cell for each column; `nil` when the report says nothing about the subject.
  func cells(from past: History.PastTick) -> [HistoryCell]? {
    let report = past.flow
    return switch self {
    case .bus(let id, _):
      report.buses.first { $0.bus == id }.map { bus in
        [
          .text(id.text), .number(bus.v_pu, decimals: 6), .number(bus.angle_deg, decimals: 4),
          .number(bus.p_MW, decimals: 4), .number(bus.q_Mvar, decimals: 4),
        ]
      }
    case .branch(let element, _):
      report.branches.first { $0.branch == element }.map { branch in
        [
          .text(element.id), .text(element.kind.rawValue),
          .number(branch.pFrom_MW, decimals: 4), .number(branch.qFrom_Mvar, decimals: 4),
          .number(branch.pTo_MW, decimals: 4), .number(branch.qTo_Mvar, decimals: 4),
          .number(branch.loading_pct, decimals: 1),
        ]
      }
    case .segment(let id): Self.cells(of: id, from: past)
    }
  }

  private static func cells(of id: SegmentPlan.ID, from past: History.PastTick) -> [HistoryCell] {
    let totals = past.flow.totals
    let sums = SegmentReport(ofPast: past)
    let balance = past.balance
    return [
      .text(id.text), .number(totals.load_MW, decimals: 4),
      .number(totals.generation_MW, decimals: 4), .number(totals.photovoltaic_MW, decimals: 4),
      .number(totals.wind_MW, decimals: 4), .number(totals.storage_MW, decimals: 4),
      .number(totals.import_MW, decimals: 4), .number(totals.losses_MW, decimals: 4),
      .number(totals.unserved_MW, decimals: 4), .number(sums.lowest?.value, decimals: 6),
      .text(sums.lowest?.place), .number(sums.highest?.value, decimals: 6),
      .text(sums.highest?.place), .number(balance?.cost, decimals: 4),
      .number(balance?.curtailed_MW, decimals: 4), .number(balance?.shed_MW, decimals: 4),
      .number(balance?.moved_MW, decimals: 4),
    ]
  }
}

/// A value in a line of a history.
enum HistoryCell {
  case text(String?)
  /// Written in full to programs, with so many decimals to people.
  case number(Double?, decimals: Int)
}
