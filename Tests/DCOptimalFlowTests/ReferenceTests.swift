import ConvexOptimization
import DCOptimalFlow
import Foundation
import GridModel
import Testing

/// The published cases, where they are at hand. The figures are those of two independent solvers
/// (HiGHS and Clarabel), which agree to seven digits.
@Suite("The central DC optimum of the published cases")
struct ReferenceTests {
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

  @Test(
    "is MATPOWER's to 1e-7 with an own gap of 1e-9",
    arguments: [
      ("case5", 17479.8969), ("case6ww", 3046.4125), ("case9", 5216.0266), ("case14", 7642.5918),
      ("case24_ieee_rts", 61001.2403), ("case30", 565.2060), ("case39", 41263.9408),
      ("case118", 125947.8814), ("case300", 706292.3242), ("case1354pegase", 73059.6700),
      ("case2869pegase", 132447.2471),
    ])
  func matpower(name: String, cost: Double) throws {
    guard let folder = Self.matpower else {
      print("SKIPPED: \(name) is not optimised; set BUSBAR_MATPOWER to the data folder of MATPOWER")
      return
    }
    try check("\(folder)/\(name).m", .matpower, cost: cost)
  }

  @Test(
    "is PGLib's to 1e-7 with an own gap of 1e-9",
    arguments: [
      ("case14_ieee", 2051.5263), ("case73_ieee_rts", 183003.7209), ("case118_ieee", 93100.7299),
      ("case300_ieee", 517851.0752),
    ])
  func pglib(name: String, cost: Double) throws {
    guard let folder = Self.pglib else {
      print("SKIPPED: \(name) is not optimised; set BUSBAR_PGLIB to a folder of PGLib-OPF")
      return
    }
    try check("\(folder)/pglib_opf_\(name).m", .pglib, cost: cost)
  }

  @Test("is not there where PGLib's angle limits leave none")
  func smallAngles() throws {
    guard let folder = Self.pglib else {
      print("SKIPPED: case14_ieee__sad is not tried; set BUSBAR_PGLIB to a folder of PGLib-OPF")
      return
    }
    let topology = try Topology.read(contentsOf: "\(folder)/pglib_opf_case14_ieee__sad.m").topology
    let optimum = try DCOptimum(of: DCGrid(topology, definition: .pglib))
    #expect(optimum.status == .infeasible)
    #expect(!optimum.conflict.isEmpty)
  }

  private func check(_ path: String, _ definition: DCDefinition, cost: Double) throws {
    let topology = try Topology.read(contentsOf: path).topology
    let optimum = try DCOptimum(of: DCGrid(topology, definition: definition))
    #expect(optimum.status == .optimal)
    // The figures have four decimals.
    #expect(abs(optimum.objective - cost) <= 1e-7 * cost + 5e-5)
    #expect(optimum.dualityGap <= 1e-9)
    #expect(optimum.violation <= 1e-7)
    print(
      "\(topology.name): \(optimum.objective), gap \(optimum.dualityGap), "
        + "\(optimum.iterations) iterations, \(optimum.seconds) s")
  }
}
