extension FaultRow {
  private static let end = "p_MW: 1, q_Mvar: 0.2}\n"
  private static let oneSegment = "segments: [{id: one, buses: [a, b]}]\n"
  private static let imports = "imports: [{source: grid, cost: {polynomial: [40, 0]}}]"

  private static func row(_ faulty: String, _ finding: String, accepted: String) -> FaultRow {
    FaultRow(
      end, "\(end)\(oneSegment)balancing: {\(faulty)}\n", finding,
      accepted: "\(end)\(oneSegment)balancing: {\(accepted)}\n")
  }

  static let balancing: [FaultRow] = [
    row(
      "algorithm: adm, \(imports)",
      "13:24: error: 'balancing': unknown algorithm 'adm'; known are schedule, tree, admm",
      accepted: "algorithm: admm, \(imports)"),
    row(
      "horizon_steps: 4", "13:12: error: 'balancing' has no 'algorithm'",
      accepted: "algorithm: schedule, horizon_steps: 4"),
    row(
      "algorithm: schedule, horizon: 4",
      "13:34: error: 'balancing': unknown key 'horizon'",
      accepted: "algorithm: schedule, horizon_steps: 4"),
    row(
      "algorithm: schedule, horizon_steps: 0",
      "13:49: error: 'balancing': 'horizon_steps' is 0; it must be from 1 to 40320",
      accepted: "algorithm: schedule, horizon_steps: 1"),
    row(
      "algorithm: schedule, wear_per_MWh: -1",
      "13:48: error: 'balancing': 'wear_per_MWh' is -1; it must not be negative",
      accepted: "algorithm: schedule, wear_per_MWh: 1"),
    row(
      "algorithm: tree",
      "13:12: error: 'balancing': source 'grid' has no price; name it in 'imports', or set-points "
        + "would take all from it",
      accepted: "algorithm: tree, \(imports)"),
    row(
      "algorithm: tree, imports: [{source: grids, cost: {polynomial: [40, 0]}}, "
        + "{source: grid, cost: {polynomial: [40, 0]}}]",
      "13:49: error: import 1 of 'balancing' names source 'grids', which is not declared",
      accepted: "algorithm: tree, \(imports)"),
    row(
      "algorithm: schedule, imports: [{source: grid, cost: {polynomial: [-1, 40, 0]}}]",
      "13:65: error: import 1 of 'balancing': its cost bends down",
      accepted: "algorithm: schedule, imports: [{source: grid, cost: {polynomial: [1, 40, 0]}}]"),
    row(
      "algorithm: schedule, flexibleLoads: [{load: L}]",
      "13:50: error: flexible load 1 of 'balancing' takes either 'shift_pct' or 'shed_pct'",
      accepted:
        "algorithm: schedule, flexibleLoads: [{load: L, shed_pct: 10, price_per_MWh: 300}]"),
    row(
      "algorithm: schedule, flexibleLoads: [{load: L, shift_pct: 10, from: \"22:00\", until: \"06:00\"}]",
      "13:97: error: flexible load 1 of 'balancing': the part of the day ends before it begins; "
        + "end it at \"24:00\"",
      accepted:
        "algorithm: schedule, flexibleLoads: [{load: L, shift_pct: 10, from: \"06:00\", until: \"22:00\"}]"
    ),
    row(
      "algorithm: schedule, curtailable: [loads]",
      "13:48: error: 'balancing': 'loads' cannot be curtailed; what can is photovoltaics and "
        + "windTurbines",
      accepted: "algorithm: schedule, curtailable: [windTurbines]"),
    FaultRow(
      end, "\(end)balancing: {algorithm: tree, \(imports)}\n",
      "12:24: error: 'balancing': segments balance among themselves, and the topology has none",
      accepted: "\(end)balancing: {algorithm: schedule, \(imports)}\n"),
  ]
}
