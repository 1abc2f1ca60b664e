import Testing

extension CommandTests {
  @Suite("A measurement")
  struct BenchTests {
    @Test("of a grant tells what was called and how long it took")
    func grant() async throws {
      let bench = try await Busbar.run("bench", "grant", "--calls", "50", "-o", "json")
      #expect(bench.status == 0)
      let timing = JSONText(bench.output)
      #expect(timing["kind"].string == "GrantBenchmark")
      #expect(timing["calls"].number == 50)
      #expect(timing["borderUnknowns"].number == 8)
      #expect(timing["numbers"].number == 81)
      #expect(timing["replyBytes"].number! >= 81 * 8)
      #expect(timing["call_us"]["median"].number! > 0)
      #expect(timing["call_us"]["median"].number! <= timing["call_us"]["p99"].number!)
    }

    @Test("of a grid without segments is refused")
    func noSegments() async throws {
      let folder = try Scratch()
      let text = FaultyGrid.sound.split(separator: "segments:")[0]
      let file = try folder.write(String(text), to: "grid.yaml")
      let refused = try await Busbar.run("bench", "grant", "--topology", file)
      #expect(refused.status == 65)
    }

    @Test("of no call is refused")
    func noCalls() async throws {
      #expect(try await Busbar.run("bench", "grant", "--calls", "0").status == 64)
    }
  }
}
