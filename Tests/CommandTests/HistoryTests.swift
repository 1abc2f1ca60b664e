import Foundation
import SQLiteTwinStore
import Testing

extension CommandTests {
  /// `busbar history` on a store of eight ticks of the medium-voltage benchmark, from noon on.
  @Suite("A history")
  struct HistoryTests {
    @Test("of a bus has a line for every tick, with the voltage and the net injection")
    func bus() async throws {
      let stored = try StoredTwin(ticks: 8)
      let history = try await Busbar.run(
        "history", "--data", stored.folder, "--bus", "11", "-o", "csv")
      #expect(history.status == 0)
      #expect(history.notes.isEmpty)
      #expect(history.outputLines.first == "tick,time,bus,v_pu,angle_deg,p_MW,q_Mvar")
      let rows = history.outputLines.dropFirst().map { $0.split(separator: ",") }
      #expect(rows.map { $0[0] } == (0..<8).map { "\($0)" })
      #expect(rows[0][1] == "2030-06-21T12:00:00Z")
      #expect(rows[7][1] == "2030-06-21T13:45:00Z")
      // The first tick is the moment that a power flow shows.
      let flow = try await Busbar.run(
        "flow", Busbar.cigre, "--at", "2030-06-21T12:00:00Z", "-o", "json")
      let solved = try #require(
        JSONText(flow.output)["buses"].elements.first { $0["bus"].string == "11" })
      for (column, key) in ["v_pu", "angle_deg", "p_MW", "q_Mvar"].enumerated() {
        let past = try #require(Double(rows[0][3 + column]))
        #expect(abs(past - (try #require(solved[key].number))) < 1e-7)
      }
    }

    @Test("of a branch keeps to its contract", arguments: ["line:3-4", "3-4"])
    func branch(_ name: String) async throws {
      let stored = try StoredTwin(ticks: 3)
      let history = try await Busbar.run(
        "history", "--data", stored.folder, "--branch", name, "--from", "1", "--to", "2", "-o",
        "jsonl")
      #expect(history.status == 0)
      let lines = history.outputLines.map { JSONText($0) }
      #expect(lines.map { $0["tick"].number } == [1, 2])
      for line in lines {
        #expect(
          line.keys == [
            "apiVersion", "kind", "tick", "time", "branch", "elementKind", "pFrom_MW",
            "qFrom_Mvar", "pTo_MW", "qTo_Mvar", "loading_pct",
          ])
        #expect(line["kind"].string == "BranchHistory")
        #expect(line["elementKind"].string == "line")
        let losses_MW = try #require(line["pFrom_MW"].number) + #require(line["pTo_MW"].number)
        #expect(losses_MW > 0)
      }
    }

    @Test("of a segment keeps to its contract")
    func segment() async throws {
      let stored = try StoredTwin(ticks: 2)
      let history = try await Busbar.run(
        "history", "--data", stored.folder, "--segment", "feeder-2", "-o", "jsonl")
      let line = JSONText(try #require(history.outputLines.last))
      #expect(
        line.keys == [
          "apiVersion", "kind", "tick", "time", "segment", "load_MW", "generation_MW",
          "photovoltaic_MW", "wind_MW", "storage_MW", "import_MW", "losses_MW", "unserved_MW",
          "vMin_pu", "vMinBus", "vMax_pu", "vMaxBus",
          "cost", "curtailed_MW", "shed_MW", "moved_MW",
        ])
      #expect(line["kind"].string == "SegmentHistory")
      #expect(try #require(line["load_MW"].number) > 10)
      #expect(line["vMinBus"].string == "14")
    }

    @Test("as a table has headings and units, and reads beside a coordinator")
    func table() async throws {
      let stored = try StoredTwin(ticks: 2, staysOpen: true)
      let history = try await Busbar.run("history", "--data", stored.folder, "--bus", "11")
      #expect(history.status == 0)
      #expect(history.outputLines.count == 3)
      #expect(
        history.outputLines[0].split(separator: " ").map(String.init).prefix(4)
          == ["tick", "time", "bus", "v_pu"])
    }

    @Test("says where it begins when old ticks are not kept any more")
    func trimmed() async throws {
      let stored = try StoredTwin(ticks: 6, retention: 3)
      let history = try await Busbar.run(
        "history", "--data", stored.folder, "--segment", "feeder-2", "-o", "csv")
      #expect(history.status == 0)
      #expect(history.outputLines.dropFirst().map { $0.prefix(1) } == ["4", "5"])
      #expect(
        history.notes
          == "note: the states before tick 3 are not kept any more; history begins with tick 4\n")
      let gone = try await Busbar.run(
        "history", "--data", stored.folder, "--segment", "feeder-2", "--to", "3")
      #expect(gone.status == 65)
      #expect(gone.notes.contains("the store can show ticks 4 to 5"))
    }

    @Test(
      "An unknown name ends with 65 and the closest ones",
      arguments: [
        ("--bus", "111", "the store has no bus '111'; closest"),
        ("--branch", "line:3-44", "the store has no branch 'line:3-44'; closest"),
        ("--segment", "feeder2", "the store has no segment 'feeder2'; closest is 'feeder-2'"),
      ])
    func unknown(_ option: String, _ name: String, _ sentence: String) async throws {
      let stored = try StoredTwin(ticks: 1)
      let refused = try await Busbar.run("history", "--data", stored.folder, option, name)
      #expect(refused.status == 65)
      #expect(refused.output.isEmpty)
      #expect(refused.notes.hasPrefix("error: " + sentence))
    }

    @Test("Where no store is, a sentence says how to make one, and none is made")
    func noStore() async throws {
      let scratch = try Scratch()
      let refused = try await Busbar.run("history", "--data", scratch.folder.path, "--bus", "1")
      #expect(refused.status == 65)
      #expect(refused.notes.contains("there is no store in "))
      #expect(refused.notes.contains("busbar up -f TOPOLOGY --data"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).isEmpty)
    }

    @Test("A store without a tick says so")
    func emptyStore() async throws {
      let scratch = try Scratch()
      _ = try SQLiteStore(at: scratch.file(SQLiteStore.fileName).path)
      let refused = try await Busbar.run("history", "--data", scratch.folder.path, "--bus", "1")
      #expect(refused.status == 65)
      #expect(refused.notes.contains("holds no tick yet"))
    }

    @Test("A file that is no store ends with 1 and a sentence")
    func damaged() async throws {
      let scratch = try Scratch()
      _ = try scratch.write("These are no tables.", to: SQLiteStore.fileName)
      let refused = try await Busbar.run("history", "--data", scratch.folder.path, "--bus", "1")
      #expect(refused.status == 1)
      #expect(refused.notes.contains("is damaged"))
    }

    @Test(
      "What to show must be said once, and ticks in order",
      arguments: [
        [], ["--bus", "1", "--segment", "feeder-2"], ["--bus", "1", "--from", "3", "--to", "2"],
        ["--bus", "1", "--to=-1"], ["--bus", "1", "-o", "xml"],
      ])
    func usage(_ arguments: [String]) async throws {
      let refused = try await RunningCommand(["history", "--data", "."] + arguments)
        .end(within: .seconds(10))
      #expect(refused.status == 64)
    }
  }
}
