import ActorCluster
import Foundation
import Testing

@testable import Twin

@Suite("Four processes and the simulation")
struct ProcessTests {
  /// What `busbar demo -o json` says of a run.
  private struct Summary: Decodable {
    var processes: Int
    var fingerprint: String
  }

  @Test("commit the same states to the last bit")
  func sameFingerprint() throws {
    let demo = Process()
    let directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent()
    demo.executableURL =
      ProcessInfo.processInfo.environment["BUSBAR"].map { URL(fileURLWithPath: $0) }
      ?? directory.appending(path: "busbar")
    demo.arguments = [
      "demo", "--topology", Grids.sourceRoot.appending(path: "Topologies/cigre-mv.yaml").path,
      "--ticks", "12", "-o", "json",
    ]
    let output = Pipe()
    demo.standardOutput = output
    demo.standardError = FileHandle.nullDevice
    try demo.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    demo.waitUntilExit()
    let summary = try JSONDecoder().decode(Summary.self, from: data)
    #expect(summary.processes == 4)

    var hash = StableHash()
    for report in try SimulatedTwin(Grids.cigre, seed: 77).run(ticks: 12).reports {
      hash.combine(report.fingerprint)
    }
    #expect(UInt64(summary.fingerprint, radix: 16) == hash.value)
  }
}
