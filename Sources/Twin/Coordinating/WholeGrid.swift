import Assets
import GridModel
import PowerFlow

/// The same twin solved in one process: what the joint solve is held against.
package struct WholeGrid: Sendable {
  private let topology: Topology
  private let fleet: AssetFleet
  private let network: Network
  private var state: FleetState
  private var voltages: Voltages
  /// For each segment, by id, the rows of its buses in the order of its slice.
  private let rowsOfSegments: [[Network.Row]]

  package init(_ topology: Topology) {
    let topology = topology.withStartVoltages()
    let network = Network(topology)
    self.topology = topology
    self.network = network
    fleet = AssetFleet(topology)
    state = fleet.initialState()
    voltages = StartVoltages.make(for: network)
    rowsOfSegments = topology.segments.sorted { $0.id < $1.id }.map { segment in
      let own = Set(segment.buses)
      return topology.buses.filter { own.contains($0.id) }.map { network.row(of: $0.id)! }
    }
  }

  /// Solves the next tick.
  ///
  /// - Parameter setPoints: what was decided for it.
  /// - Returns: the voltages of each segment's buses and the iterations that it took.
  package mutating func tick(
    _ tick: Int64, setPoints: SetPoints = SetPoints()
  ) throws(PowerFlowError) -> (voltages: [Voltages], iterations: Int) {
    let step = fleet.step(state, tick: tick, setPoints: setPoints)
    let injections = Injections(OperatingPoint(step.powers, of: topology), on: network)
    let solution = try PowerFlowSolver(network, injections: injections).solve(from: voltages)
    state = step.state
    voltages = solution.voltages
    let parts = rowsOfSegments.map { rows in
      Voltages(
        magnitude: rows.map { solution.voltages.magnitude[$0] },
        angle: rows.map { solution.voltages.angle[$0] })
    }
    return (parts, solution.iterations.max() ?? 0)
  }
}
