import Foundation
import Testing

extension CommandTests {
  @Suite("A split")
  struct SplitTests {
    @Test("prints a document that runs as a twin on so many nodes")
    func splitRuns() async throws {
      let folder = try Scratch()
      let split = try await Busbar.run(
        "model", "split", Busbar.ieee118, "--segments", "6", "--nodes", "2")
      #expect(split.status == 0)
      #expect(split.noteLines.last?.hasPrefix("6 segments of ") == true)
      let file = try folder.write(split.output, to: "split.yaml")
      let demo = try await Busbar.run(
        "demo", "--topology", file, "--ticks", "2", "--verify", "-o", "json")
      #expect(demo.status == 0)
      let summary = JSONText(demo.output)
      #expect(summary["segments"].number == 6)
      #expect(summary["processes"].number == 3)
    }

    @Test("is the same for the same seed")
    func splitRepeats() async throws {
      let first = try await Busbar.run("model", "split", Busbar.cigre, "--segments", "3")
      let second = try await Busbar.run(
        "model", "split", Busbar.cigre, "--segments", "3", "--seed", "1")
      #expect(first.output == second.output)
    }

    @Test("into more segments than buses is refused")
    func tooMany() async throws {
      let refused = try await Busbar.run("model", "split", Busbar.cigre, "--segments", "16")
      #expect(refused.status == 65)
      #expect(refused.output.isEmpty)
      #expect(
        refused.noteLines.last
          == "error: \(Busbar.cigre): the grid cannot be cut into 16 segments: at most 15, because a "
          + "segment has a bus and buses with a switch between them stay together")
    }

    @Test("onto more nodes than segments is refused")
    func tooManyNodes() async throws {
      let refused = try await Busbar.run(
        "model", "split", Busbar.cigre, "--segments", "2", "--nodes", "3")
      #expect(refused.status == 64)
    }
  }
}
