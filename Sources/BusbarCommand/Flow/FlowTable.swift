import GridModel
import PowerFlow

/// What `busbar flow` prints for people.
struct FlowTable {
  let lines: [String]

  init(_ flow: SolvedFlow) {
    var buses = TextTable(["bus", "v_pu", "v_kV", "angle_deg", "p_MW", "q_Mvar", "type"])
    for bus in flow.report.buses {
      buses.add([
        bus.bus.text, fixed(bus.v_pu, 6) + (bus.isWithinLimits == false ? " !" : "  "),
        fixed(bus.v_kV, 3), fixed(bus.angle_deg, 4), fixed(bus.p_MW, 4), fixed(bus.q_Mvar, 4),
        bus.role,
      ])
    }
    var branches = TextTable([
      "branch", "from", "to", "pFrom_MW", "qFrom_Mvar", "pTo_MW", "qTo_Mvar", "loading_pct",
    ])
    for branch in flow.report.branches {
      let isOver = (branch.loading_pct ?? 0) > 100
      branches.add([
        "\(branch.branch)", branch.from.text, branch.to.text, fixed(branch.pFrom_MW, 4),
        fixed(branch.qFrom_Mvar, 4), fixed(branch.pTo_MW, 4), fixed(branch.qTo_Mvar, 4),
        branch.isEnergised ? fixed(branch.loading_pct, 1) + (isOver ? " !" : "  ") : "dark",
      ])
    }
    lines =
      buses.lines + [""] + branches.lines + [""] + Self.totals(flow.report)
      + [
        "\(flow.iterations) iterations, \(flow.islandCount) "
          + "\(flow.islandCount == 1 ? "island" : "islands"), start "
          + "\(flow.startsFromFile ? "from the file" : "flat"), largest mismatch "
          + "\(flow.maxMismatch_pu) pu"
      ]
  }

  private static func totals(_ report: FlowReport) -> [String] {
    let totals = report.totals
    var lines = [
      "load \(fixed(totals.load_MW, 4)) MW, generation \(fixed(totals.generation_MW, 4)) MW, "
        + "storage \(fixed(totals.storage_MW, 4)) MW, import \(fixed(totals.import_MW, 4)) MW",
      "line losses \(fixed(totals.lineLosses_MW * 1_000, 4)) kW, transformer losses "
        + "\(fixed(totals.transformerLosses_MW * 1_000, 4)) kW",
    ]
    if totals.unserved_MW > 0 { lines.append("unserved \(fixed(totals.unserved_MW, 4)) MW") }
    let lit = report.buses.filter(\.isEnergised)
    if let low = lit.min(by: { $0.v_pu! < $1.v_pu! }),
      let high = lit.max(by: { $0.v_pu! < $1.v_pu! })
    {
      lines.append(
        "lowest voltage \(fixed(low.v_pu, 6)) pu at bus \(low.bus), highest "
          + "\(fixed(high.v_pu, 6)) pu at bus \(high.bus)")
    }
    if let worst = report.branches.filter({ $0.loading_pct != nil })
      .max(by: { $0.loading_pct! < $1.loading_pct! })
    {
      lines.append("highest loading \(fixed(worst.loading_pct, 1)) % on \(worst.branch)")
    }
    return lines
  }
}
