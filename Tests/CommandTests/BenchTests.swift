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

    @Test("of a stream tells how many items came, and how soon", arguments: [false, true])
    func stream(isPlain: Bool) async throws {
      let bench = try await RunningCommand(
        ["bench", "stream", "--items", "20000", "--numbers", "10", "-o", "json"]
          + (isPlain ? ["--plaintext"] : [])
      ).end(within: .seconds(30))
      #expect(bench.status == 0, "\(bench.notes)")
      let timing = JSONText(bench.output)
      #expect(timing["kind"].string == "StreamBenchmark")
      #expect(timing["tls"].text == "\(!isPlain)")
      #expect(timing["itemBytes"].number! > 80)
      #expect(timing["oneByOne"]["items"].number == 200)
      #expect(timing["oneByOne"]["item_us"]["median"].number! > 0)
      let together = timing["together"]
      #expect(together["items"].number == 20_000)
      #expect(together["itemsPerSecond"].number! > 0)
      #expect(together["age_us"]["median"].number! > 0)
      #expect(together["age_us"]["median"].number! <= together["age_us"]["p99"].number!)
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
      for wrong in ["--items", "--numbers", "--credit"] {
        #expect(try await Busbar.run("bench", "stream", wrong, "0").status == 64)
      }
    }
  }
}
