import Foundation
import Testing

extension CommandTests {
  @Suite("Simulated disasters")
  struct SimulateTests {
    @Test("are judged, counted and summed up")
    func summary() async throws {
      let ended = try await Busbar.run(
        "simulate", "--seeds", "1..4", "-o", "json", within: Self.limit)
      #expect(ended.status == 0)
      #expect(ended.outputLines.count == 1)
      let document = JSONText(ended.output)
      #expect(Array(document.keys.prefix(2)) == ["apiVersion", "kind"])
      #expect(document["kind"].string == "Simulation")
      #expect(document["seeds"].number == 4)
      #expect(document["failures"].number == 0)
      #expect(document["failed"].elements.isEmpty)
      #expect(try #require(document["simulated_s"].number) > 80)
      #expect(!document["faults"].keys.isEmpty)
      #expect(ended.notes.contains("4 of 4 seeds, 0 failures"))
    }

    @Test("leave the same traces in every process and on any number of threads")
    func replay() async throws {
      let one = try await Busbar.run(
        "simulate", "--seeds", "5..8", "--jobs", "1", "-o", "json", within: Self.limit)
      let two = try await Busbar.run(
        "simulate", "--seeds", "5..8", "--jobs", "2", "--twice", "-o", "json", within: Self.limit)
      #expect(one.status == 0)
      #expect(two.status == 0)
      let traces = try #require(JSONText(one.output)["traces"].string)
      #expect(JSONText(two.output)["traces"].string == traces)
      #expect(traces != "0")
    }

    @Test("show what happened at the end of one seed, and all of it in a file")
    func trace() async throws {
      let folder = try Scratch()
      let file = try folder.write("", to: "trace.txt")
      let shown = try await Busbar.run("simulate", "--seed", "3", within: Self.limit)
      #expect(shown.status == 0)
      #expect(shown.outputLines[0] == "seed 3: every rule held")
      #expect(shown.outputLines.contains { $0.contains(" → ") })
      let filed = try await Busbar.run(
        "simulate", "--seed", "3", "--trace", file, within: Self.limit)
      #expect(filed.status == 0)
      let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      #expect(lines.contains { $0.contains("the store commits tick 0 in era 1") })
      #expect(lines.count > 1000)
    }

    @Test("end on Ctrl-C with 130 and what was done so far", arguments: [SIGINT, SIGTERM])
    func interrupted(_ signal: Int32) async throws {
      let run = try RunningCommand("simulate", "--seeds", "1..1000000", "--jobs", "1")
      try await Task.sleep(for: .seconds(4))
      run.signal(signal)
      let ended = try await run.end(within: .seconds(10))
      #expect(ended.status == 130)
      #expect(ended.output.contains("seeds of 1000000, 0 failures"))
    }

    @Test(
      "need a seed or a range",
      arguments: [
        [], ["--seeds", "3"], ["--seeds", "3..1"], ["--seeds", "a..b"], ["--seed", "-1"],
        ["--seeds", "1..2", "--seed", "1"], ["--seeds", "1..2", "--jobs", "0"],
        ["--seeds", "1..2", "--pace", "-3"],
      ])
    func refused(_ arguments: [String]) async throws {
      let refused = try await RunningCommand(["simulate"] + arguments).end(within: .seconds(10))
      #expect(refused.status == 64)
      #expect(refused.output.isEmpty)
    }

    @Test("say so when the trace cannot be written")
    func unwritable() async throws {
      let ended = try await Busbar.run("simulate", "--seed", "1", "--trace", "/nowhere/trace.txt")
      #expect(ended.status == 1)
      #expect(
        ended.noteLines == [
          "error: '/nowhere/trace.txt' cannot be written; give --trace a file in a folder of yours"
        ])
    }

    /// A few seconds, and more where every core is busy.
    private static let limit = Duration.seconds(60)
  }
}
