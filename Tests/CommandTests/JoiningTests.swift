import Foundation
import Testing

extension CommandTests {
  @Suite("Nodes and coordinators that do not meet")
  struct JoiningTests {
    @Test("A node that finds nobody gives up with 69 and a sentence")
    func nobodyThere() async throws {
      // A port that is held and at which nobody listens any more.
      let relay = try Relay(to: "127.0.0.1:1")
      let address = relay.address
      relay.close()
      let ended = try await Busbar.run(
        "node", "--plaintext", "--name", "north", "--twin", "cigre-mv", "--coordinator", address,
        within: .seconds(15))
      #expect(ended.status == 69)
      #expect(ended.noteLines.count == 1)
      #expect(ended.notes.hasPrefix("error: node north cannot join at \(address): "))
    }

    @Test("A node of another twin is refused with the twin's name")
    func otherTwin() async throws {
      let coordinator = try RunningCommand(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", "127.0.0.1:0")
      let address = try await coordinator.address()
      let ended = try await Busbar.run(
        "node", "--plaintext", "--name", "north", "--twin", "ieee118", "--coordinator", address)
      #expect(ended.status == 69)
      #expect(ended.noteLines.count == 1)
      #expect(ended.notes.hasPrefix("error: node north cannot join at \(address): "))
      #expect(ended.notes.contains("'cigre-mv'"))
      coordinator.signal(SIGINT)
      #expect(try await coordinator.end(within: .seconds(5)).status == 130)
    }

    @Test("A coordinator on a port in use ends with 69 and a sentence")
    func portInUse() async throws {
      let first = try RunningCommand(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", "127.0.0.1:0")
      let address = try await first.address()
      let ended = try await Busbar.run(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", address)
      #expect(ended.status == 69)
      #expect(ended.output.isEmpty)
      #expect(ended.noteLines.count == 1)
      #expect(ended.notes.contains("cannot listen on \(address): the port is taken"))
    }

    @Test("A coordinator without nodes ends with 69 and names the missing ones")
    func missingNodes() async throws {
      let ended = try await Busbar.run(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", "127.0.0.1:0", "--wait", "1")
      #expect(ended.status == 69)
      #expect(ended.notes.contains("error: nodes north, middle, south did not join within 1"))
    }

    @Test("A coordinator names only the nodes that are missing, and sends the others home")
    func oneNodeIsThere() async throws {
      let coordinator = try RunningCommand(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", "127.0.0.1:0", "--wait", "3")
      let node = try RunningCommand(
        "node", "--plaintext", "--name", "north", "--twin", "cigre-mv", "--coordinator",
        try await coordinator.address())
      let ended = try await coordinator.end(within: .seconds(10))
      #expect(ended.status == 69)
      #expect(ended.notes.contains("error: nodes middle, south did not join within 3"))
      #expect(try await node.end(within: .seconds(3)).status == 0)
    }

    @Test("A coordinator that is interrupted sends its nodes home", arguments: [SIGINT, SIGTERM])
    func coordinatorIsInterrupted(_ signal: Int32) async throws {
      let coordinator = try RunningCommand(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", "127.0.0.1:0", "--ticks", "100000",
        "--every", "1")
      let address = try await coordinator.address()
      let nodes = try ["north", "middle", "south"].map {
        try RunningCommand(
          "node", "--plaintext", "--name", $0, "--twin", "cigre-mv", "--coordinator", address)
      }
      try await coordinator.lines(4)
      coordinator.signal(signal)
      let ended = try await coordinator.end(within: .seconds(5))
      #expect(ended.status == 130)
      #expect(ended.noteLines.last == "interrupted: the nodes were sent home")
      for node in nodes {
        let ended = try await node.end(within: .seconds(5))
        #expect(ended.status == 0)
        #expect(ended.noteLines.allSatisfy { $0.contains(" info node ") }, "\(ended.notes)")
      }
    }

    @Test("A node whose coordinator is killed waits for the next one, and joins it")
    func coordinatorIsKilled() async throws {
      let first = try RunningCommand(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", "127.0.0.1:0", "--ticks", "100000",
        "--every", "1")
      let address = try await first.address()
      let nodes = try ["north", "middle", "south"].map {
        try RunningCommand(
          "node", "--plaintext", "--name", $0, "--twin", "cigre-mv", "--coordinator", address)
      }
      try await first.lines(4)
      first.signal(SIGKILL)
      #expect(try await first.end(within: .seconds(3)).status == nil)
      try await Task.sleep(for: .milliseconds(300))
      for node in nodes { #expect(LiveProcess(pid: node.pid).isAlive) }

      let second = try RunningCommand(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", address, "--ticks", "4")
      #expect(try await second.end(within: .seconds(15)).status == 0)
      for node in nodes { #expect(try await node.end(within: .seconds(5)).status == 0) }
    }
  }
}
