import GridModel
import PowerFlow

/// The document that `busbar flow -o json` prints; its contract is in `Docs/Output.md`.
struct FlowJSON {
  let document: JSON

  init(_ flow: SolvedFlow, of topology: Topology) {
    document = [
      "apiVersion": "busbar/v1", "kind": "PowerFlow", "case": .string(topology.name),
      "converged": true, "iterations": .integer(Int64(flow.iterations)),
      "maxMismatch_pu": .number(flow.maxMismatch_pu), "qLimitsEnforced": false,
      "start": flow.startsFromFile ? "file" : "flat", "tolerance_pu": .number(flow.tolerance_pu),
      "buses": .array(flow.report.buses.map(Self.bus)),
      "branches": .array(flow.report.branches.map(Self.branch)),
      "totals": Self.totals(flow.report.totals),
    ]
  }

  private static func bus(_ bus: FlowReport.BusResult) -> JSON {
    [
      "bus": .string(bus.bus.text), "v_pu": JSON(bus.v_pu), "v_kV": JSON(bus.v_kV),
      "angle_deg": JSON(bus.angle_deg), "p_MW": .number(bus.p_MW), "q_Mvar": .number(bus.q_Mvar),
      "type": .string(bus.role), "island": JSON(bus.island), "energised": .bool(bus.isEnergised),
    ]
  }

  private static func branch(_ branch: FlowReport.BranchResult) -> JSON {
    [
      "branch": .string(branch.branch.id), "kind": .string(branch.branch.kind.rawValue),
      "from": .string(branch.from.text), "to": .string(branch.to.text),
      "energised": .bool(branch.isEnergised), "pFrom_MW": .number(branch.pFrom_MW),
      "qFrom_Mvar": .number(branch.qFrom_Mvar), "pTo_MW": .number(branch.pTo_MW),
      "qTo_Mvar": .number(branch.qTo_Mvar), "current_kA": JSON(branch.current_kA),
      "loading_pct": JSON(branch.loading_pct),
    ]
  }

  static func totals(_ totals: FlowTotals) -> JSON {
    [
      "load_MW": .number(totals.load_MW), "generation_MW": .number(totals.generation_MW),
      "storage_MW": .number(totals.storage_MW), "import_MW": .number(totals.import_MW),
      "shunt_MW": .number(totals.shunt_MW), "losses_MW": .number(totals.losses_MW),
      "lineLosses_MW": .number(totals.lineLosses_MW),
      "transformerLosses_MW": .number(totals.transformerLosses_MW),
      "unserved_MW": .number(totals.unserved_MW), "load_Mvar": .number(totals.load_Mvar),
      "generation_Mvar": .number(totals.generation_Mvar),
      "storage_Mvar": .number(totals.storage_Mvar), "import_Mvar": .number(totals.import_Mvar),
      "shunt_Mvar": .number(totals.shunt_Mvar), "losses_Mvar": .number(totals.losses_Mvar),
    ]
  }
}
