import DCOptimalFlow
import GridModel
import Quantities

/// What `busbar experiment optimum` prints for people: every unit, and the branches that bind.
struct OptimumTable {
  let lines: [String]

  init(_ optimum: DCOptimum) {
    let grid = optimum.grid
    let base = grid.base
    var units = TextTable(["unit", "bus", "p_MW", "min_MW", "max_MW", "price_per_MWh"])
    for (unit, injection) in zip(grid.units, optimum.injections) {
      units.add([
        "\(unit.element)", grid.buses[unit.row].text, fixed(base.megawatts(injection), 4),
        fixed(base.megawatts(unit.lower), 2), fixed(base.megawatts(unit.upper), 2),
        fixed(optimum.prices[unit.row] / base.power_MVA, 4),
      ])
    }
    var binding = TextTable(["branch", "from", "to", "flow_MW", "rating_MVA", "saving_per_MWh"])
    let largest = optimum.congestion.max() ?? 0
    var bindingCount = 0
    for (position, branch) in grid.branches.enumerated()
    where optimum.congestion[position] > 1e-6 * max(largest, base.power_MVA) {
      bindingCount += 1
      binding.add([
        "\(branch.element)", grid.buses[branch.from].text, grid.buses[branch.to].text,
        fixed(base.megawatts(optimum.flows[position]), 4),
        fixed(branch.rating.map(base.megawatts), 2),
        fixed(optimum.congestion[position] / base.power_MVA, 4),
      ])
    }
    lines =
      units.lines + [""] + (bindingCount > 0 ? binding.lines + [""] : [])
      + [
        "cost \(fixed(optimum.objective, 4)) an hour by the DC definition '\(grid.definition.rawValue)', "
          + "\(counted(bindingCount, "branch")) at a limit",
        "\(counted(optimum.iterations, "iteration")), duality gap \(optimum.dualityGap), largest "
          + "violation \(optimum.violation) pu, \(fixed(optimum.seconds * 1_000, 3)) ms",
      ]
  }
}
