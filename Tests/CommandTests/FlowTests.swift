import Foundation
import Testing

extension CommandTests {
  @Suite("A power flow")
  struct FlowTests {
    @Test("of the medium-voltage benchmark has its figures")
    func figures() async throws {
      let written = try await flow(Busbar.cigre)
      #expect(rounded(try bus("11", of: written)["v_pu"], 3) == 0.947)

      let bare = try await flow(Busbar.cigre, "--without", "photovoltaics,windTurbines,batteries")
      #expect(rounded(try bus("11", of: bare)["v_pu"], 3) == 0.923)
      let transformer = try #require(
        bare["branches"].elements.first { $0["branch"].string == "0-1" })
      #expect(rounded(transformer["loading_pct"], 1) == 101.4)
    }

    @Test("as a table shows the same figures")
    func table() async throws {
      let flow = try await Busbar.run(
        "flow", Busbar.cigre, "--without", "photovoltaics,windTurbines,batteries")
      #expect(flow.status == 0)
      #expect(flow.outputLines.contains { $0.hasPrefix("11 ") && $0.contains(" 0.922980 !") })
      #expect(flow.outputLines.contains("highest loading 101.4 % on transformer:0-1"))
      #expect(flow.notes.isEmpty)
    }

    @Test("as JSON keeps to its contract", arguments: [Busbar.cigre, Busbar.ieee118])
    func contract(_ file: String) async throws {
      let flow = try await flow(file)
      #expect(
        flow.keys == [
          "apiVersion", "kind", "case", "converged", "iterations", "maxMismatch_pu",
          "qLimitsEnforced", "start", "tolerance_pu", "buses", "branches", "totals",
        ])
      #expect(flow["apiVersion"].string == "busbar/v1")
      #expect(flow["kind"].string == "PowerFlow")
      #expect(flow["converged"].text == "true")
      #expect(flow["maxMismatch_pu"].number! <= flow["tolerance_pu"].number!)

      let busKeys = "bus,v_pu,v_kV,angle_deg,p_MW,q_Mvar,type,island,energised"
      #expect(Set(flow["buses"].elements.map { $0.keys.joined(separator: ",") }) == [busKeys])
      let branchKeys =
        "branch,kind,from,to,energised,pFrom_MW,qFrom_Mvar,pTo_MW,qTo_Mvar,current_kA,loading_pct"
      #expect(Set(flow["branches"].elements.map { $0.keys.joined(separator: ",") }) == [branchKeys])
      #expect(
        Set(flow["totals"].keys).isSuperset(of: [
          "load_MW", "generation_MW", "import_MW", "shunt_MW", "losses_MW", "lineLosses_MW",
          "transformerLosses_MW", "unserved_MW", "load_Mvar", "generation_Mvar", "shunt_Mvar",
          "losses_Mvar",
        ]))
    }

    @Test("balances what comes in with what goes out", arguments: [Busbar.cigre, Busbar.ieee118])
    func balance(_ file: String) async throws {
      let totals = try await flow(file)["totals"]
      func total(_ key: String) throws -> Double { try #require(totals[key].number) }
      let comesIn = try total("import_MW") + total("generation_MW") + total("storage_MW")
      let goesOut = try total("load_MW") + total("shunt_MW") + total("losses_MW")
      #expect(abs(comesIn - goesOut) < 1e-6)
      let losses = try total("lineLosses_MW") + total("transformerLosses_MW")
      #expect(abs(losses - (try total("losses_MW"))) < 1e-9)
    }

    @Test("with a misspelt kind to leave out ends with 64, and names the kinds")
    func misspeltKind() async throws {
      let refused = try await Busbar.run("flow", Busbar.cigre, "--without", "loads,windTurbine")
      #expect(refused.status == 64)
      #expect(refused.output.isEmpty)
      #expect(
        refused.noteLines.first
          == "Error: The value 'loads,windTurbine' is invalid for '--without <KIND,…>': "
          + "'windTurbine' cannot be left out; these can: loads, generators, photovoltaics, "
          + "windTurbines, batteries, shunts.")
    }

    @Test("whose output cannot be written is an error, not a success")
    func fullDisk() async throws {
      let flow = try RunningCommand(
        program: "/bin/sh", "-c", "exec \(Busbar.executable.path) flow \(Busbar.cigre) > /dev/full")
      let ended = try await flow.end(within: .seconds(10))
      #expect(ended.status == 1)
      #expect(ended.notes.hasPrefix("error: the output cannot be written"))
    }

    @Test("at a time follows the profiles, and at nonsense ends with 64")
    func atTime() async throws {
      let written = try await Busbar.run("flow", Busbar.cigre)
      let evening = try await Busbar.run("flow", Busbar.cigre, "--at", "2030-06-21T19:00:00Z")
      let night = try await Busbar.run("flow", Busbar.cigre, "--at", "2030-06-21T03:00:00Z")
      #expect(evening.status == 0 && night.status == 0)
      #expect(Set([written.output, evening.output, night.output]).count == 3)
      #expect(night.output.contains("load 13."))

      let refused = try await Busbar.run("flow", Busbar.cigre, "--at", "noon")
      #expect(refused.status == 64)
      #expect(refused.noteLines.first?.contains("write it like 2030-06-21T12:00:00Z") == true)
    }

    @Test("with an unknown format ends with 64, and names the formats")
    func unknownFormat() async throws {
      let refused = try await Busbar.run("flow", Busbar.cigre, "-o", "xml")
      #expect(refused.status == 64)
      #expect(refused.notes.contains("'table' and 'json'"))
    }

    @Test("leaves an island without a source dark, with a warning")
    func darkIsland() async throws {
      let folder = try Scratch()
      let file = try folder.write(FaultyGrid.sound.cutAtC, to: "dark.yaml")
      let ended = try await Busbar.run("flow", file, "-o", "json")
      #expect(ended.status == 0)
      #expect(
        ended.noteLines.first
          == "\(file):6:10: warning: bus 'c' has no way to a source and stays dark")
      #expect(ended.noteLines.allSatisfy { $0.contains("warning: ") })
      let flow = JSONText(ended.output)
      let dark = try bus("c", of: flow)
      #expect(dark["energised"].text == "false")
      #expect(dark["v_pu"].text == "null")
      #expect(try bus("b", of: flow)["energised"].text == "true")
      #expect(flow["totals"]["unserved_MW"].number == 1)
    }

    @Test("without a solution ends with 3, and names the island and the worst bus")
    func noSolution() async throws {
      let folder = try Scratch()
      let file = try folder.write(try tenfold(), to: "tenfold.yaml")
      let ended = try await Busbar.run("flow", file, "-o", "json")
      #expect(ended.status == 3)
      #expect(ended.output.isEmpty)
      #expect(ended.noteLines.count == 1)
      #expect(ended.notes.contains(/island 1 .* no solution .* bus [0-9]+ is worst, off by/))
      // A document that can be read and has no solution is still a sound document.
      #expect(try await Busbar.run("model", "validate", file).status == 0)
    }

    @Test("without a solution ends a twin with 3, too")
    func noSolutionOfTwin() async throws {
      let folder = try Scratch()
      let file = try folder.write(try tenfold(), to: "tenfold.yaml")
      let ended = try await Busbar.run("demo", "--topology", file)
      #expect(ended.status == 3)
      #expect(ended.noteLines.count == 1)
      #expect(
        ended.notes.contains(/tick 0: island 1 .* no solution .* bus [0-9]+ is worst, off by/))
    }

    /// The benchmark with ten times its loads.
    private func tenfold() throws -> String {
      let text = try String(contentsOfFile: Busbar.cigre, encoding: .utf8)
      return text.replacing(/(- \{id: (?:R|CI)[0-9]+, .* p_MW: )([0-9.]+)/) { match in
        "\(match.1)\(Double(match.2)! * 10)"
      }
    }

    private func flow(_ arguments: String...) async throws -> JSONText {
      let ended = try await RunningCommand(["flow"] + arguments + ["-o", "json"])
        .end(within: .seconds(10))
      try #require(ended.status == 0, "\(ended.notes)")
      #expect(ended.notes.isEmpty)
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(ended.output.utf8))
      }
      return JSONText(ended.output)
    }

    private func bus(_ id: String, of flow: JSONText) throws -> JSONText {
      try #require(flow["buses"].elements.first { $0["bus"].string == id })
    }

    private func rounded(_ value: JSONText, _ digits: Int) -> Double? {
      let scale = pow(10, Double(digits))
      return value.number.map { ($0 * scale).rounded() / scale }
    }
  }
}
