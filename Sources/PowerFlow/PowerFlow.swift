import GridModel

/// One power flow of a whole topology in one process.
///
///     let flow = try PowerFlow(topology).solve()
///     print(flow.report.totals.losses_MW)
public struct PowerFlow: Sendable {
  private let topology: Topology
  private let point: OperatingPoint
  private let network: Network

  /// - Parameter point: what the assets do; as the document writes it by default.
  public init(_ topology: Topology, at point: OperatingPoint? = nil) {
    self.topology = topology
    self.point = point ?? OperatingPoint(asWrittenIn: topology)
    network = Network(topology)
  }

  /// Solves from the document's start voltages, or flat where it has none.
  ///
  /// - Throws: `notConverged` with the islands that have no solution near the start.
  public func solve(_ options: NewtonOptions = .init()) throws(PowerFlowError) -> SolvedFlow {
    let injections = Injections(point, on: network)
    let solution = try PowerFlowSolver(network, injections: injections, options: options)
      .solve(from: StartVoltages.make(for: network))
    let report = FlowReporter(
      network, point: point, voltages: solution.voltages, rows: solution.rows
    ).report()
    return SolvedFlow(
      report: report, islandCount: solution.islands.count,
      iterations: solution.iterations.max() ?? 0, maxMismatch_pu: solution.maxMismatch,
      tolerance_pu: solution.tolerance_pu,
      startsFromFile: topology.buses.contains { $0.start != nil })
  }
}

/// A solved power flow.
public struct SolvedFlow: Sendable {
  public var report: FlowReport
  public var islandCount: Int
  /// Of the island that took most.
  public var iterations: Int
  public var maxMismatch_pu: Double
  public var tolerance_pu: Double
  /// Whether the document said where to begin; otherwise flat.
  public var startsFromFile: Bool
}
