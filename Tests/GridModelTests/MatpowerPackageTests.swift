import Foundation
import GridModel
import Testing

/// The published cases, where a folder of them is at hand: `BUSBAR_MATPOWER` names it.
@Suite("The published MATPOWER cases")
struct MatpowerPackageTests {
  static let folder = ProcessInfo.processInfo.environment["BUSBAR_MATPOWER"]

  @Test(
    "are read, or refused at the statement that computes",
    .enabled(
      if: folder != nil,
      "SKIPPED: set BUSBAR_MATPOWER to the data folder of MATPOWER to read every published case."))
  func areReadOrRefused() throws {
    let folder = try #require(Self.folder)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasPrefix("case") && $0.hasSuffix(".m") }.sorted()
    try #require(!names.isEmpty)
    var refused = 0
    let clock = ContinuousClock()
    for name in names {
      let start = clock.now
      do {
        let read = try Topology.read(contentsOf: folder + "/" + name)
        #expect(!read.topology.buses.isEmpty)
        #expect(read.topology.generators.contains { $0.slackWeight > 0 && $0.inService })
        print("read \(name): \(read.topology.buses.count) buses, \(clock.now - start)")
        for warning in read.warnings.prefix(2) { print("  \(warning.sentence)") }
      } catch {
        refused += 1
        // A table may also hold expressions, as `135/sqrt(3)`.
        #expect(
          error.faults.allSatisfy {
            $0.sentence.contains("is a statement") || $0.sentence.contains("is not a plain number")
          })
        print("refused \(name): \(error.faults.count) faults")
        for fault in error.faults.prefix(3) {
          print("  \(fault.place.map { "\($0.line):\($0.column)" } ?? ""): \(fault.sentence)")
        }
      }
    }
    print("\(names.count) cases, \(refused) refused")
  }
}
