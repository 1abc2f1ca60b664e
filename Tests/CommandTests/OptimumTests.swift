import Foundation
import Testing

extension CommandTests {
  @Suite("The optimum of a grid")
  struct OptimumTests {
    private static let square = """
      function mpc = square
      mpc.version = '2';
      mpc.baseMVA = 100;
      mpc.bus = [
        1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;
        2 1 80 0 0 0 1 1 0 110 1 1.1 0.9;
      ];
      mpc.gen = [
        1 0 0 9 -9 1 100 1 100 0;
        2 0 0 9 -9 1 100 1 CAPACITY 0;
      ];
      mpc.branch = [
        1 2 0.03 0.04 0 25 0 0 1.25 0 1 -360 360;
        1 2 0.03 0.04 0 0 0 0 0 0 1 ANGLES;
      ];
      mpc.gencost = [
        2 0 0 3 0 10 0;
        2 0 0 3 COST 30 0;
      ];
      """

    private func write(
      _ folder: Scratch, capacity: String = "100", angles: String = "0 0", cost: String = "0"
    ) throws -> String {
      try folder.write(
        Self.square.replacing("CAPACITY", with: capacity).replacing("ANGLES", with: angles)
          .replacing("COST", with: cost), to: "square.m")
    }

    @Test("as JSON keeps to its contract, and the definitions differ")
    func contract() async throws {
      let folder = try Scratch()
      let file = try write(folder)
      // b = 20 and 25 by MATPOWER: 25 MW on the first are 56.25 MW in all; by PGLib both have 16.
      for (definition, cost) in [("matpower", 562.5 + 712.5), ("pglib", 500 + 900.0)] {
        let ended = try await Busbar.run(
          "experiment", "optimum", file, "--dc", definition, "-o", "json")
        #expect(ended.status == 0)
        #expect(ended.notes.isEmpty)
        let optimum = JSONText(ended.output)
        #expect(
          optimum.keys == [
            "apiVersion", "kind", "definition", "status", "objective", "dualityGap", "iterations",
            "seconds",
          ])
        #expect(optimum["kind"].string == "Optimum")
        #expect(optimum["definition"].string == definition)
        #expect(optimum["status"].string == "optimal")
        let objective = try #require(optimum["objective"].number)
        #expect(abs(objective - cost) <= 1e-7 * cost)
        let gap = try #require(optimum["dualityGap"].number)
        #expect(gap <= 1e-9)
        let seconds = try #require(optimum["seconds"].number)
        #expect(seconds > 0 && seconds < 1)
      }
    }

    @Test("as a table shows units, prices and what binds")
    func table() async throws {
      let folder = try Scratch()
      let ended = try await Busbar.run("experiment", "optimum", try write(folder))
      #expect(ended.status == 0)
      #expect(
        ended.outputLines.contains("generator:1    1  56.2500    0.00  100.00        10.0000"))
      #expect(
        ended.outputLines.contains("generator:2    2  23.7500    0.00  100.00        30.0000"))
      #expect(ended.outputLines.contains { $0.hasPrefix("branch:1     1   2  25.0000") })
      #expect(ended.output.contains("cost 1275.0000 an hour by the DC definition 'matpower'"))
    }

    @Test("that is not there ends with 3 and names what contradicts each other")
    func infeasible() async throws {
      let folder = try Scratch()
      let file = try write(folder, capacity: "20", angles: "-1 0.3")
      let ended = try await Busbar.run("experiment", "optimum", file, "-o", "json")
      #expect(ended.status == 3)
      let optimum = JSONText(ended.output)
      #expect(optimum["status"].string == "infeasible")
      #expect(optimum["objective"].text == "null")
      #expect(optimum["dualityGap"].text == "null")
      #expect(ended.notes.contains("no dispatch meets all loads and limits"))
      #expect(ended.notes.contains("generator:2"))

      let table = try await Busbar.run("experiment", "optimum", file)
      #expect(table.status == 3)
      #expect(table.output.isEmpty)
    }

    @Test("of a cost that is not convex is refused with 65, and tells whose it is")
    func notConvex() async throws {
      let folder = try Scratch()
      let file = try write(folder, cost: "-0.5")
      let ended = try await Busbar.run("experiment", "optimum", file)
      #expect(ended.status == 65)
      #expect(ended.output.isEmpty)
      #expect(ended.notes.contains("the cost of generator:2: its quadratic coefficient is -0.5"))
    }

    @Test("of an unknown definition ends with 64")
    func unknownDefinition() async throws {
      let ended = try await Busbar.run("experiment", "optimum", Busbar.ieee118, "--dc", "ac")
      #expect(ended.status == 64)
      #expect(ended.notes.contains("'matpower' and 'pglib'"))
    }

    @Test("of the 118-bus case is the published one; a source without a price is told")
    func documents() async throws {
      let ended = try await Busbar.run("experiment", "optimum", Busbar.ieee118, "-o", "json")
      #expect(ended.status == 0)
      let objective = try #require(JSONText(ended.output)["objective"].number)
      #expect(abs(objective - 125947.8814) < 1e-2)
      let cigre = try await Busbar.run("experiment", "optimum", Busbar.cigre)
      #expect(cigre.status == 0)
      #expect(cigre.notes.contains("source 'grid' has no price"))
    }
  }
}
