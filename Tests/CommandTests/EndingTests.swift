import Foundation
import Testing

extension CommandTests {
  @Suite("A demo that loses a process")
  struct EndingTests {
    static let segments = [
      ("north", "feeder-1-upper"), ("middle", "feeder-1-lower"), ("south", "feeder-2"),
    ]

    @Test("ends with 75 within five seconds, and names node, segment and tick", arguments: segments)
    func killedNode(_ name: String, _ segment: String) async throws {
      try await lose(name, segment, by: SIGKILL, within: .seconds(5))
    }

    @Test("ends with 75 also while it verifies", arguments: [0, 30, 60, 90])
    func killedWhileVerifying(_ wait_ms: Int) async throws {
      let (demo, nodes) = try await running("--verify")
      try await Task.sleep(for: .milliseconds(wait_ms))
      kill(try #require(nodes["south"]).pid, SIGKILL)
      let ended = try await demo.end(within: .seconds(5))
      #expect(ended.status == 75)
      #expect(ended.notes.hasPrefix("error: node south with segment feeder-2 was lost at tick "))
      try await noneIsLeft(of: nodes)
    }

    /// A call to a silent node is given up after 3 s, and a last question to it after 1 s.
    private static let timeOfSilence = Duration.seconds(6)

    @Test("that is only stopped ends with 75, too, once its calls are overdue", arguments: segments)
    func stoppedNode(_ name: String, _ segment: String) async throws {
      try await lose(name, segment, by: SIGSTOP, within: Self.timeOfSilence)
    }

    @Test("before the twin has formed ends with 75, and names the node", arguments: [0, 50, 150])
    func killedBeforeForming(_ wait_ms: Int) async throws {
      let demo = try RunningCommand("demo", "--topology", Busbar.cigre, "--ticks", "100000")
      let nodes = try await LiveProcess.nodes(of: demo)
      try await Task.sleep(for: .milliseconds(wait_ms))
      let victim = try #require(nodes["middle"])
      kill(victim.pid, SIGKILL)
      let ended = try await demo.end(within: .seconds(10))
      #expect(ended.status == 75)
      #expect(ended.noteLines.count == 1)
      #expect(ended.notes.hasPrefix("error: node middle "))
      try await noneIsLeft(of: nodes)
    }

    @Test(
      "because somebody interrupts it ends with 130, and leaves none behind",
      arguments: [SIGINT, SIGTERM, SIGHUP])
    func interrupted(_ signal: Int32) async throws {
      let (demo, nodes) = try await running()
      demo.signal(signal)
      let ended = try await demo.end(within: .seconds(3))
      #expect(ended.status == 130)
      #expect(ended.noteLines == ["interrupted: every process of the demo has ended"])
      try await noneIsLeft(of: nodes)
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

    private func running(
      _ options: String...
    ) async throws -> (RunningCommand, [String: LiveProcess]) {
      let demo = try RunningCommand(
        ["demo", "--topology", Busbar.cigre, "--ticks", "100000", "--every", "1"] + options)
      try await demo.lines(4)
      return (demo, try await LiveProcess.nodes(of: demo))
    }

    private func lose(
      _ name: String, _ segment: String, by signal: Int32, within limit: Duration
    ) async throws {
      let (demo, nodes) = try await running()
      kill(try #require(nodes[name]).pid, signal)
      let ended = try await demo.end(within: limit)
      #expect(ended.status == 75)
      #expect(ended.noteLines.count == 1)
      #expect(
        ended.notes.hasPrefix("error: node \(name) with segment \(segment) was lost at tick "))
      #expect(ended.notes.contains(/ticks up to [0-9]+ are committed, start the twin again/))
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
