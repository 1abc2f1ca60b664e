import Foundation
import Testing

extension CommandTests {
  @Suite("A demo")
  struct DemoTests {
    @Test(
      "agrees with one process, and says so in one document",
      arguments: [
        (Busbar.cigre, "cigre-mv", ["middle", "north", "south"]),
        (Busbar.ieee118, "ieee118", ["n1", "n2", "n3", "n4"]),
      ])
    func verified(_ file: String, _ name: String, _ names: [String]) async throws {
      let ended = try await Busbar.run(
        "demo", "--topology", file, "--ticks", "8", "--verify", "-o", "json")
      #expect(ended.status == 0)
      #expect(ended.outputLines.count == 1)
      let summary = JSONText(ended.output)
      #expect(Array(summary.keys.prefix(3)) == ["apiVersion", "kind", "topology"])
      #expect(summary["kind"].string == "TwinSummary")
      #expect(summary["topology"].string == name)
      #expect(summary["ticks"].number == 8)
      #expect(summary["processes"].number == Double(names.count + 1))
      #expect(summary["segments"].number == Double(names.count))
      #expect(try #require(summary["maxDeviation_pu"].number) <= 1e-9)
      #expect(try #require(summary["segmentCalls"].number) > 0)

      let nodes = summary["nodes"].elements
      #expect(nodes.compactMap(\.["node"].string) == names)
      #expect(Set(nodes.compactMap(\.["pid"].number)).count == names.count)
      #expect(nodes.flatMap { $0["segments"].elements }.count == names.count)
    }

    @Test("that checks nothing claims nothing")
    func unverified() async throws {
      let ended = try await demo("-o", "json")
      #expect(JSONText(ended.output)["maxDeviation_pu"].text == "null")
    }

    @Test("tells what a day of balanced segments cost beside schedules and the optimum")
    func balanced() async throws {
      let ended = try await demo("--balancing", "admm", "--referee", "--verify", "-o", "json")
      let summary = JSONText(ended.output)
      #expect(try #require(summary["maxDeviation_pu"].number) <= 1e-9)
      let balance = summary["balance"]
      #expect(
        balance.keys == [
          "algorithm", "cost", "peakImport_MW", "curtailed_MWh", "shed_MWh", "violatingTicks",
          "rounds", "schedule", "optimum", "gap",
        ])
      #expect(balance["algorithm"].string == "admm")
      #expect(try #require(balance["rounds"]["median"].number) > 2)
      #expect(try #require(balance["schedule"]["cost"].number) > 0)
      #expect(abs(try #require(balance["gap"].number)) <= 1e-3)
    }

    @Test("says what prices are for")
    func unpriced() async throws {
      let scratch = try Scratch()
      let file = try scratch.write(FaultyGrid.sound, to: "grid.yaml")
      let unpriced = try await Busbar.run("demo", "--topology", file, "--balancing", "admm")
      #expect(unpriced.status == 65)
      #expect(unpriced.notes.contains("--balancing needs prices"))
      let unjudged = try await Busbar.run("demo", "--topology", Busbar.cigre, "--referee")
      #expect(unjudged.status == 65)
      #expect(unjudged.notes.contains("add --balancing admm"))
    }

    @Test("shows the same table for the same seed, apart from the times")
    func sameSeed() async throws {
      let tables = [
        try await demo("--seed", "7").figures, try await demo("--seed", "7").figures,
      ]
      #expect(tables[0].count == 9)
      #expect(tables[0] == tables[1])
    }

    @Test("shows another table for another seed")
    func otherSeed() async throws {
      let tables = [
        try await demo("--seed", "7").figures, try await demo("--seed", "8").figures,
      ]
      #expect(tables[0].first == tables[1].first)
      #expect(tables[0].dropFirst() != tables[1].dropFirst())
    }

    @Test("goes on when nobody reads its table to the end")
    func readerLeaves() async throws {
      let shell = try RunningCommand(
        program: "/bin/sh", "-c",
        "{ \"$0\" demo --topology \"$1\" --ticks 40 --every 1; echo $? >&2; } | head -1",
        Busbar.executable.path, Busbar.cigre)
      let ended = try await shell.end(within: .seconds(20))
      #expect(ended.outputLines.count == 1)
      #expect(ended.noteLines == ["0"])
    }

    /// Eight ticks of the benchmark, each shown.
    private func demo(_ more: String...) async throws -> Ending {
      let ended = try await RunningCommand(
        ["demo", "--topology", Busbar.cigre, "--ticks", "8", "--every", "1"] + more
      ).end(within: .seconds(20))
      try #require(ended.status == 0, "\(ended.notes)")
      return ended
    }
  }
}

extension Ending {
  /// The table of ticks without its column of milliseconds. A note on limits may follow that.
  fileprivate var figures: [String] {
    output.components(separatedBy: "\n").prefix { !$0.isEmpty }.map {
      $0.replacing(/[ ]+([0-9]+\.[0-9]{2}|ms)([ ]+!.*)?$/) { "\($0.2 ?? "")" }
    }
  }
}
