import DCOptimalFlow
import Foundation
import GridModel

@testable import Balancing

/// The published cases, where they are at hand.
enum Cases {
  static let matpower = ProcessInfo.processInfo.environment["BUSBAR_MATPOWER"]
  /// `BUSBAR_PGLIB` names the folder; by default it is looked for beside that of the test vectors,
  /// `BUSBAR_VECTORS`.
  static let pglib: String? = {
    let environment = ProcessInfo.processInfo.environment
    let vectors =
      environment["BUSBAR_VECTORS"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: #filePath).appending(path: "../../../../shared/vectors")
    let beside = vectors.appending(path: "../reference/pglib").standardized.path
    return [environment["BUSBAR_PGLIB"], beside].compactMap { $0 }
      .first { FileManager.default.fileExists(atPath: $0) }
  }()

  /// Case 14 in the areas 1-5 and 6-14, or case 73 in the areas of its buses' hundreds.
  static func flow(_ name: String) throws -> FlowProblem? {
    guard let pglib else {
      print("SKIPPED: \(name) is not balanced; set BUSBAR_PGLIB to a folder of PGLib-OPF")
      return nil
    }
    let path = "\(pglib)/pglib_opf_\(name).m"
    let grid = try DCGrid(try Topology.read(contentsOf: path).topology, definition: .pglib)
    let owner = grid.buses.map { bus in
      let number = Int(bus.description)!
      return number > 100 ? number / 100 - 1 : number <= 5 ? 0 : 1
    }
    return FlowProblem(grid, owner: owner, optimum: try DCOptimum(of: grid).objective)
  }

  static func run(
    _ problem: FlowProblem, tolerance: Tolerance = Tolerance(), faults: [Fault] = [],
    seed: UInt64 = 1, budget: Int = 4_000, stopsAtReferee: Bool = false, interval: Int = 0,
    _ change: (inout ConsensusADMM.Parameters) -> Void = { _ in }
  ) throws -> RunResult {
    var parameters = ConsensusADMM.Parameters()
    change(&parameters)
    var options = VirtualRun<FlowProblem, RegionAgent>.Options()
    options.seed = seed
    options.faults = faults
    options.budget = budget
    options.stopsAtReferee = stopsAtReferee
    options.interval = stopsAtReferee ? 1 : interval
    var run = VirtualRun(
      Referee(problem, tolerance: tolerance),
      agents: try ConsensusADMM(parameters).agents(for: problem), options: options)
    return run.run()
  }
}
