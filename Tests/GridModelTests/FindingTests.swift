import Foundation
import GridModel
import Testing

@Suite("Findings of a document")
struct FindingTests {
  @Test("All faults are told in one run, by line, with the closest names")
  func allAreToldAtOnce() {
    let text = """
      apiVersion: busbar/v1
      kind: Topology
      bases: {power_MVA: 1}
      buses:
        - {id: north, nominalVoltage_kV: 20}
        - {id: south, nominalVoltage_kV: -20}
        - {id: north, nominalVoltage_kV: 20}
      sources:
        - {id: grid, bus: nort, v_pu: high}
      lines:
        - {id: L-12a, from: north, to: south, length_km: 0, r_ohm_per_km: 1, x_ohm_per_km: 1}
        - {id: L-12, from: north, to: north, length_km: 1, r_ohm_per_km: 1, x_ohm_per_km: 1}
      switches:
        - {id: S, at: {element: "line:L-12b", end: to}}
      loads:
        - {id: a, bus: south, p_MW: .inf}
        - {bus: south, p_MV: 1}
      """
    do {
      _ = try Topology.read(text, named: "Grids/n.yaml")
      Issue.record("The document was accepted.")
    } catch {
      #expect(error.faults.count == 11)
      #expect(
        error.description == """
          Grids/n.yaml:3:1: error: the topology: unknown key 'bases'
          Grids/n.yaml:3:1: note: closest are 'base' and 'buses'
          Grids/n.yaml:6:36: error: bus 'south': 'nominalVoltage_kV' is -20; it must be above zero
          Grids/n.yaml:7:10: error: bus 'north' is declared twice
          Grids/n.yaml:5:10: note: it is declared here first
          Grids/n.yaml:9:21: error: source 'grid' stands at bus 'nort', which is not declared
          Grids/n.yaml:9:21: note: closest is 'north'
          Grids/n.yaml:9:33: error: source 'grid': 'v_pu' is 'high', not a number
          Grids/n.yaml:11:52: error: line 'L-12a': 'length_km' is 0; it must be above zero
          Grids/n.yaml:12:33: error: line 'L-12': both ends are at bus 'north'
          Grids/n.yaml:14:27: error: unknown element 'line:L-12b'
          Grids/n.yaml:14:27: note: closest are 'line:L-12' and 'line:L-12a'
          Grids/n.yaml:16:31: error: load 'a': 'p_MW' is '.inf'; it must be a finite number
          Grids/n.yaml:17:5: error: load 2 of 'loads' has no 'id'
          Grids/n.yaml:17:18: error: load 2 of 'loads': unknown key 'p_MV'
          Grids/n.yaml:17:18: note: closest is 'p_MW'
          """)
    }
  }

  @Test("A broken export ends after a thousand findings, in one long line too")
  func findingsEnd() {
    let load = "{id: ä, bus: z}, "
    let text = Sample.small + "shunts: [" + String(repeating: load, count: 3_000) + "]\n"
    let faults = Sample.faults(text, "g.yaml")
    #expect(faults.count == 1_001)
    #expect(faults[999].hasPrefix("g.yaml:12:"))
    #expect(
      faults[1_000]
        == "g.yaml: error: 4999 more findings are left out; mend the first ones and read again")
    let rows = String(repeating: "1 NaN x; ", count: 3_000)
    let table = "function mpc = a\nmpc.bus = [" + rows + "];\n"
    #expect(Sample.faults(table, "g.m").count <= 1_001)
  }

  @Test("A warning does not keep a topology from being used")
  func warningsStandBesideTheTopology() throws {
    let text = Sample.small.replacing(
      "  - {id: b,", with: "  - {id: far, nominalVoltage_kV: 20}\n  - {id: b,")
    let read = try Topology.read(text, named: "g.yml")
    #expect(
      read.warnings.map(\.description) == [
        "g.yml:5:10: warning: bus 'far' has no way to a source and stays dark"
      ])
    #expect(read.topology.buses.count == 3)
  }

  @Test(
    "A file that cannot be read is told in a sentence",
    arguments: [
      ("missing.yaml", "there is no such file"),
      ("folder.yaml", "this is a directory, not a file"),
      ("latin.yaml", "it is not UTF-8 text; save it in that encoding"),
      (
        "grid.json",
        "its format is not known; give a topology as .yaml or .yml, or a MATPOWER case as .m"
      ),
      (
        "huge.yaml",
        "the file has 1024 MiB; a YAML document may have 64 MiB, a bigger network belongs in a MATPOWER .m file"
      ),
    ])
  func unreadableFilesAreTold(_ name: String, _ sentence: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "busbar-\(UUID())")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "folder.yaml"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data([0x6B, 0xE4, 0x0A]).write(to: folder.appending(path: "latin.yaml"))
    try Data("{}".utf8).write(to: folder.appending(path: "grid.json"))
    let huge = folder.appending(path: "huge.yaml")
    try Data().write(to: huge)
    let handle = try FileHandle(forWritingTo: huge)
    try handle.truncate(atOffset: 1 << 30)
    try handle.close()
    let path = folder.appending(path: name).path
    let error = #expect(throws: DocumentFaults.self) { try Topology.read(contentsOf: path) }
    #expect(error?.description == "\(path): error: \(sentence)")
  }

  @Test("A file is read by its suffix, with a byte order mark or without")
  func filesAreRead() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "busbar-\(UUID()).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(("\u{FEFF}" + Sample.small).utf8).write(to: file)
    #expect(try Topology.read(contentsOf: file.path).topology.buses.count == 2)
  }
}
