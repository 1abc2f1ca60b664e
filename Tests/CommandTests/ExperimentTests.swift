import Foundation
import Testing

extension CommandTests {
  @Suite("Experiments")
  struct ExperimentTests {
    private static let grid =
      URL(fileURLWithPath: #filePath).appending(path: "../../../Topologies/ieee118.yaml")
      .standardized.path

    private func write(_ folder: Scratch, _ rest: String, kind: String = "flow") throws -> String {
      try folder.write(
        """
        apiVersion: busbar/v1
        kind: Experiment
        name: trial
        problem: {kind: \(kind), file: \(Self.grid)}
        \(rest)
        """, to: "trial.yaml")
    }

    private func trace(_ folder: Scratch, _ results: String, _ name: String) throws -> String {
      try String(
        contentsOfFile: folder.file("\(results)/traces/\(name).jsonl").path, encoding: .utf8)
    }

    @Test("print a line for each run that keeps to its contract")
    func contract() async throws {
      let folder = try Scratch()
      let file = try write(folder, "algorithms: [tree]\nseeds: [4, 9]", kind: "dispatch")
      let ended = try await Busbar.run(
        "experiment", "run", file, "-d", folder.file("out").path, "-o", "json")
      #expect(ended.status == 0)
      let lines = ended.output.split(separator: "\n").map { JSONText(String($0)) }
      #expect(lines.count == 2)
      #expect(
        lines[0].keys == [
          "apiVersion", "kind", "algorithm", "runtime", "stop", "rounds", "objective", "gap",
          "violation_pu", "consensusResidual", "largestDifference", "messages", "words", "bytes",
          "criticalPath_s", "seconds", "staleness", "worstStaleness", "seed", "repetition",
        ])
      #expect(lines[0]["kind"].string == "ExperimentResult")
      #expect(lines[0]["stop"].string == "true")
      #expect(lines.map { $0["seed"].number } == [4, 9])
      #expect(try #require(lines[0]["rounds"].number) <= 84)
      #expect(try #require(lines[0]["messages"].number) <= 1_404)
      #expect(try #require(lines[0]["gap"].number) <= 1e-9)
    }

    @Test(
      "without faults give the same trace in processes as in one, bit for bit",
      arguments: [
        ("flow", "algorithms: [admm]\nbudget: 60", "admm-1-1"),
        ("flow", "algorithms: [admm]\nend: referee\ntolerance: powerModelsADA", "admm-1-1"),
        ("flow", "algorithms: [{name: admm, tolerance: 0.1}]", "admm-1-1"),
      ])
    func processes(kind: String, rest: String, name: String) async throws {
      let folder = try Scratch()
      let file = try write(folder, rest, kind: kind)
      var results: [JSONText] = []
      for runtime in ["simulated", "processes"] {
        let ended = try await Busbar.run(
          "experiment", "run", file, "-d", folder.file(runtime).path, "--runtime", runtime, "-o",
          "json")
        #expect(ended.status == 0, "\(ended.notes)")
        results.append(JSONText(ended.output))
      }
      #expect(try trace(folder, "simulated", name) == trace(folder, "processes", name))
      for key in ["rounds", "objective", "violation_pu", "messages", "words", "bytes"] {
        #expect(results[0][key].number == results[1][key].number, "\(key)")
      }
      #expect(results[0]["stop"].string == results[1]["stop"].string)
    }

    @Test("of a tree, too, give the same trace in processes")
    func treeInProcesses() async throws {
      let folder = try Scratch()
      let file = try folder.write(
        """
        apiVersion: busbar/v1
        kind: Experiment
        name: trial
        problem: {kind: dispatch, file: \(Self.grid), partition: segments}
        algorithms: [tree]
        """, to: "trial.yaml")
      for runtime in ["simulated", "processes"] {
        let ended = try await Busbar.run(
          "experiment", "run", file, "-d", folder.file(runtime).path, "--runtime", runtime)
        #expect(ended.status == 0, "\(ended.notes)")
      }
      #expect(try trace(folder, "simulated", "tree-1-1") == trace(folder, "processes", "tree-1-1"))
    }

    @Test("survive in processes that messages are lost and an agent is killed and comes back")
    func killed() async throws {
      let folder = try Scratch()
      let file = try write(
        folder,
        """
        algorithms: [admm]
        runtime: processes
        round_ms: 5
        budget: 4000
        end: referee
        tolerance: {gap: 1.0e-3, violation_pu: 1.0e-2}
        faults:
          - {loss: 0.05}
          - {kill: area-2, rounds: [10, 25]}
        """)
      let ended = try await Busbar.run(
        "experiment", "run", file, "-d", folder.file("out").path, "-o", "json")
      #expect(ended.status == 0, "\(ended.notes)")
      let result = JSONText(ended.output)
      #expect(result["stop"].string == "true")
      #expect(try #require(result["rounds"].number) > 25)
    }

    @Test("go on where they ended, and say so when another one is there")
    func resume() async throws {
      let folder = try Scratch()
      let file = try write(folder, "algorithms: [tree]\nseeds: 1..3", kind: "dispatch")
      let out = folder.file("out").path
      _ = try await Busbar.run("experiment", "run", file, "-d", out, "--seeds", "1..2")
      let results = try String(contentsOfFile: out + "/results.jsonl", encoding: .utf8)
      let more = try await Busbar.run("experiment", "run", file, "-d", out, "-o", "json")
      #expect(more.status == 0)
      #expect(more.notes.contains("1 run of 3 left"), "\(more.notes)")
      let after = try String(contentsOfFile: out + "/results.jsonl", encoding: .utf8)
      #expect(after.hasPrefix(results))
      #expect(after.split(separator: "\n").count == 3)
      let done = try await Busbar.run("experiment", "run", file, "-d", out)
      #expect(done.notes.contains("--fresh runs them again"))
      let changed = try write(folder, "algorithms: [tree]\nseeds: 1..4", kind: "dispatch")
      let refused = try await Busbar.run("experiment", "run", changed, "-d", out)
      #expect(refused.status == 65)
      #expect(refused.notes.contains("--fresh"))
      let strange = folder.file("else")
      try FileManager.default.createDirectory(at: strange, withIntermediateDirectories: true)
      try Data("x".utf8).write(to: strange.appending(path: "file.txt"))
      let other = try await Busbar.run("experiment", "run", file, "-d", strange.path)
      #expect(other.status == 65)
      #expect(other.notes.contains("something else"))
    }

    @Test("are compared by median and worst, and drawn on a page that asks for nothing")
    func report() async throws {
      let folder = try Scratch()
      let file = try write(
        folder,
        "algorithms: [admm, {name: admm, as: other, relaxation: 0.5}]\nbudget: 30\nseeds: 1..3")
      let out = folder.file("out").path
      _ = try await Busbar.run("experiment", "run", file, "-d", out)
      let compared = try await Busbar.run("experiment", "compare", out, "-o", "json")
      let comparison = JSONText(compared.output)
      #expect(comparison["kind"].string == "ExperimentComparison")
      #expect(compared.output.contains("\"algorithm\":\"other\""))
      let reported = try await Busbar.run("experiment", "report", out)
      #expect(reported.status == 0)
      let page = try String(
        contentsOfFile: reported.output.trimmingCharacters(in: .whitespacesAndNewlines),
        encoding: .utf8)
      #expect(page.components(separatedBy: "<svg").count == 8)
      #expect(page.components(separatedBy: "<polyline").count > 12)
      for request in ["http:", "https:", "<script", "<link", "src=", "@import", "url("] {
        #expect(!page.contains(request), "\(request)")
      }
      let none = try await Busbar.run("experiment", "report", folder.file("nowhere").path)
      #expect(none.status == 65)
      #expect(none.notes.contains("busbar experiment run"))
    }

    @Test("tell what is wrong with a document, its grid and its names")
    func faulty() async throws {
      let folder = try Scratch()
      let missing = try await Busbar.run("experiment", "run", folder.file("none.yaml").path)
      #expect(missing.status == 65)
      #expect(missing.notes.contains("there is no such file"))
      let file = try write(folder, "algorithms: [admmm]")
      let misspelt = try await Busbar.run("experiment", "run", file)
      #expect(misspelt.status == 65)
      #expect(misspelt.notes.contains("closest is 'admm'"))
      let nobody = try write(folder, "algorithms: [admm]\nfaults: [{kill: west}]")
      let unknown = try await Busbar.run("experiment", "run", nobody)
      #expect(unknown.status == 65)
      #expect(unknown.notes.contains("no agent is called 'west'"))
    }
  }
}
