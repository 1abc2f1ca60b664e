import Foundation
import Testing

extension CommandTests {
  @Suite("A demo that loses a process")
  struct EndingTests {
    static let nodes = ["north", "middle", "south"]

    @Test(
      "goes on with the segments elsewhere, and commits the same bits", arguments: nodes)
    func killedNode(_ name: String) async throws {
      let calm = JSONText(try await demo().output)
      let ended = try await demo("--kill", "\(name)@9")
      let summary = JSONText(ended.output)
      #expect(summary["ticks"].number == 24)
      #expect(summary["fingerprint"].text == calm["fingerprint"].text)
      #expect(summary["nodes"].elements.compactMap(\.["node"].string).sorted() == others(name))
      #expect(summary["nodes"].elements.flatMap { $0["segments"].elements }.count == 3)

      let recoveries = summary["recoveries"].elements
      let recovery = try #require(recoveries.first)
      #expect(recoveries.count == 1)
      #expect(recovery["node"].string == name)
      #expect(recovery["tick"].number == 9)
      #expect(try #require(recovery["detection_ms"].number) <= 1_500)
      #expect(try #require(recovery["recovery_ms"].number) <= 3_000)
      #expect(ended.notes.contains("node \(name) is lost"))
    }

    @Test("twice goes on with the last node")
    func twoNodes() async throws {
      let summary = JSONText(try await demo("--kill", "north@5", "--kill", "south@5").output)
      #expect(summary["ticks"].number == 24)
      #expect(summary["nodes"].elements.compactMap(\.["node"].string) == ["middle"])
      #expect(summary["recoveries"].elements.count == 2)
    }

    @Test("to somebody else goes on, too, also while it verifies", arguments: [0, 40])
    func killedWhileVerifying(_ wait_ms: Int) async throws {
      let (demo, nodes) = try await running("--verify")
      try await Task.sleep(for: .milliseconds(wait_ms))
      kill(try #require(nodes["south"]).pid, SIGKILL)
      try await demo.note("node south is lost")
      try await demo.moreLines()
      try await interrupt(demo, nodes)
    }

    @Test("that is only stopped goes on, and takes it in again when it wakes up")
    func stoppedNode() async throws {
      let (demo, nodes) = try await running()
      let south = try #require(nodes["south"])
      kill(south.pid, SIGSTOP)
      try await demo.note("node south is lost")
      try await demo.moreLines()
      kill(south.pid, SIGCONT)
      try await demo.note("feeder-2 on node south")
      try await demo.moreLines()
      try await interrupt(demo, nodes)
    }

    @Test("and then all others ends with 75, and says so")
    func noNodeIsLeft() async throws {
      let (demo, nodes) = try await running()
      for node in nodes.values { kill(node.pid, SIGKILL) }
      let ended = try await demo.end(within: .seconds(10))
      #expect(ended.status == 75)
      #expect(ended.noteLines.last?.hasPrefix("error: node ") ?? false)
      #expect(ended.noteLines.last?.contains("no node is left") ?? false)
    }

    @Test("before the twin has formed ends with 75, or goes on if it had", arguments: [0, 100])
    func killedBeforeForming(_ wait_ms: Int) async throws {
      let demo = try RunningCommand("demo", "--topology", Busbar.cigre, "--ticks", "24")
      let nodes = try await LiveProcess.nodes(of: demo)
      try await Task.sleep(for: .milliseconds(wait_ms))
      kill(try #require(nodes["middle"]).pid, SIGKILL)
      let ended = try await demo.end(within: .seconds(10))
      if ended.status == 75 {
        #expect(ended.noteLines.last?.hasPrefix("error: node middle ") ?? false)
      } else {
        #expect(ended.status == 0)
      }
      try await noneIsLeft(of: nodes)
    }

    @Test(
      "because somebody interrupts it ends with 130, and leaves none behind",
      arguments: [SIGINT, SIGTERM, SIGHUP])
    func interrupted(_ signal: Int32) async throws {
      let (demo, nodes) = try await running()
      try await interrupt(demo, nodes, by: signal)
    }

    @Test("to a kill of itself takes its nodes along within two seconds")
    func killedDemo() async throws {
      let (demo, nodes) = try await running()
      demo.signal(SIGKILL)
      #expect(try await demo.end(within: .seconds(3)).status == nil)
      try await eventually("the end of the nodes", within: .seconds(2)) {
        nodes.values.allSatisfy { !$0.isAlive }
      }
    }

    @Test(
      "only in its wishes says what is wrong with them",
      arguments: [
        ("sout@3", 65, "has north, middle, south"), ("south@96", 65, "after the last tick"),
        ("south", 64, "NODE@TICK"), ("south@-1", 64, "NODE@TICK"),
      ])
    func wrongKill(_ order: String, _ status: Int32, _ why: String) async throws {
      let ended = try await Busbar.run("demo", "--topology", Busbar.cigre, "--kill", order)
      #expect(ended.status == status)
      #expect(ended.notes.contains(why))
      #expect(ended.output.isEmpty)
    }

    private func others(_ name: String) -> [String] {
      Self.nodes.filter { $0 != name }.sorted()
    }

    /// A quarter of a day, with one document at its end.
    private func demo(_ options: String...) async throws -> Ending {
      let ended = try await RunningCommand(
        ["demo", "--topology", Busbar.cigre, "--ticks", "24", "-o", "json"] + options
      ).end(within: .seconds(30))
      try #require(ended.status == 0, "\(ended.notes)")
      return ended
    }

    private func running(
      _ options: String...
    ) async throws -> (RunningCommand, [String: LiveProcess]) {
      let demo = try RunningCommand(
        ["demo", "--topology", Busbar.cigre, "--ticks", "100000", "--every", "1"] + options)
      try await demo.lines(4)
      return (demo, try await LiveProcess.nodes(of: demo))
    }

    private func interrupt(
      _ demo: RunningCommand, _ nodes: [String: LiveProcess], by signal: Int32 = SIGINT
    ) async throws {
      demo.signal(signal)
      let ended = try await demo.end(within: .seconds(5))
      #expect(ended.status == 130)
      #expect(ended.noteLines.last == "interrupted: every process of the demo has ended")
      try await noneIsLeft(of: nodes)
    }

    /// A process that has just ended may take a moment to go.
    private func noneIsLeft(of nodes: [String: LiveProcess]) async throws {
      try await eventually("the end of every node", within: .milliseconds(200)) {
        nodes.values.allSatisfy { !$0.isAlive }
      }
    }
  }
}
