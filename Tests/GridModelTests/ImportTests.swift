import Foundation
import GridModel
import Testing

@Suite("A document that imports its network")
struct ImportTests {
  private static let head = "apiVersion: busbar/v1\nkind: Topology\n"

  @Test("has the case's buses, branches and base, and its own segments")
  func caseIsTakenIn() throws {
    let folder = try Folder(["case.m": Sample.matpower])
    let alone = try Topology.read(contentsOf: folder.path("case.m"))
    let read = try folder.read(
      "network: {import: case.m}\nsegments: [{id: a, buses: [1, 3, 4]}, {id: b, buses: [20]}]\n")
    #expect(read.topology.name == "grid")
    #expect(read.topology.buses == alone.topology.buses)
    #expect(read.topology.branches == alone.topology.branches)
    #expect(read.topology.generators == alone.topology.generators)
    #expect(read.topology.segments.map(\.buses) == [["1", "3", "4"], ["20"]])
    #expect(read.warnings.allSatisfy { $0.file == folder.path("case.m") })
  }

  @Test("adds assets at imported buses")
  func assetsAreAdded() throws {
    let folder = try Folder(["case.m": Sample.matpower])
    let read = try folder.read(
      "network: {import: case.m}\nloads: [{id: more, bus: 3, p_MW: 1, q_Mvar: 0}]\n")
    #expect(read.topology.loads.map(\.id.text) == ["20", "4", "more"])
  }

  @Test("gives imported loads and generators a profile")
  func profileIsGiven() throws {
    let folder = try Folder(["case.m": Sample.matpower])
    let read = try folder.read(
      "network: {import: case.m, profile: day}\nprofiles: {day: {day: [1, 0.5]}}\n")
    #expect(read.topology.loads.allSatisfy { $0.profile == "day" })
    #expect(read.topology.generators.allSatisfy { $0.profile == "day" })
    #expect(
      folder.faults("network: {import: case.m, profile: day}\n") == [
        "grid.yaml:3:36: error: 'network' follows profile 'day', which is not declared"
      ])
  }

  @Test("takes from another document all but its segments and placement")
  func documentIsTakenIn() throws {
    let folder = try Folder(["ring.yaml": Sample.complete])
    let alone = try Topology.read(contentsOf: folder.path("ring.yaml")).topology
    var read = try folder.read("network: {import: ring.yaml}\n").topology
    #expect(read.segments == [])
    #expect(read.placement == [])
    read.segments = alone.segments
    read.placement = alone.placement
    read.name = alone.name
    read.title = alone.title
    read.source = alone.source
    #expect(read == alone)
  }

  @Test("tells the faults of the import where they are")
  func faultsOfTheImport() throws {
    let folder = try Folder([
      "case.m": Sample.matpower.replacing("1 232.4", with: "7 232.4"),
      "ring.yaml": Sample.complete.replacing("{id: no, nominal", with: "{id: no, nomnal"),
    ])
    #expect(
      folder.faults("network: {import: case.m}\nsegments: [{id: a, buses: [9]}]\n") == [
        "case.m:12:1: error: generator 1 is at bus '7', which 'mpc.bus' does not hold"
      ])
    let faults = folder.faults("network: {import: ring.yaml}\n")
    #expect(!faults.isEmpty)
    #expect(faults.allSatisfy { $0.hasPrefix("ring.yaml:") })
  }

  @Test("is refused where it contradicts the import")
  func contradictions() throws {
    let folder = try Folder(["case.m": Sample.matpower])
    #expect(
      folder.faults("base: {power_MVA: 10}\nnetwork: {import: case.m}\n") == [
        "grid.yaml:3:19: error: 'base': the imported network has a base of its own; leave "
          + "'power_MVA' out"
      ])
    #expect(
      folder.faults("network: {import: case.m}\nbuses: [{id: 3, nominalVoltage_kV: 1}]\n") == [
        "grid.yaml:4:14: error: bus '3' is declared twice"
      ])
    #expect(
      folder.faults("network: case.m\n") == [
        "grid.yaml:3:10: error: 'network' is 'case.m', not 'key: value' pairs"
      ])
    #expect(
      folder.faults("network: {profile: a}\n") == [
        "grid.yaml:3:10: error: 'network' has no 'import'"
      ])
    #expect(
      folder.faults("network: {import: case.m, speed: 3}\n") == [
        "grid.yaml:3:27: error: 'network': unknown key 'speed'"
      ])
  }

  @Test("is refused where there is no network to import")
  func nothingToImport() throws {
    let folder = try Folder([
      "note.txt": "", "outer.yaml": Self.head + "network: {import: grid.yaml}\n",
    ])
    #expect(
      folder.faults("network: {import: case.m}\n") == [
        "grid.yaml:3:19: error: 'network': 'import' is 'case.m': there is no such file"
      ])
    #expect(
      folder.faults("network: {import: note.txt}\n") == [
        "grid.yaml:3:19: error: 'network': 'import' is 'note.txt': its format is not known; give a "
          + "topology as .yaml or .yml, or a MATPOWER case as .m"
      ])
    #expect(
      folder.faults("network: {import: outer.yaml}\n") == [
        "outer.yaml:3:10: error: an imported network imports another one; import that one directly"
      ])
    #expect(
      folder.faults("network: {import: grid.yaml}\n") == [
        "grid.yaml:3:10: error: an imported network imports another one; import that one directly"
      ])
  }

  /// A folder with files and a document `grid.yaml`, which goes with its last user.
  private final class Folder {
    private let url: URL

    init(_ files: [String: String]) throws {
      url = FileManager.default.temporaryDirectory.appending(path: "busbar-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      for (name, text) in files { try Data(text.utf8).write(to: url.appending(path: name)) }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func read(_ body: String) throws -> ReadTopology {
      try Data((ImportTests.head + body).utf8).write(to: url.appending(path: "grid.yaml"))
      return try Topology.read(contentsOf: path("grid.yaml"))
    }

    /// The first line of every fault, without the folder.
    func faults(_ body: String) -> [String] {
      do {
        _ = try read(body)
        return []
      } catch let error as DocumentFaults {
        return error.faults.map { fault in
          String(fault.description.prefix { $0 != "\n" }).replacing(url.path + "/", with: "")
        }
      } catch {
        return ["\(error)"]
      }
    }
  }
}
