import Testing

extension CommandTests {
  @Suite("The help")
  struct HelpTests {
    static let commands: [[String]] = [
      [], ["demo"], ["up"], ["ps"], ["top"], ["logs"], ["events"], ["down"],
      ["doctor"], ["history"], ["flow"], ["model"], ["model", "validate"], ["coordinator"],
      ["node"], ["simulate"], ["health"], ["pki"], ["pki", "init"], ["pki", "token"],
      ["pki", "show"], ["pki", "revoke"],
      ["compose"], ["compose", "render"], ["experiment"], ["experiment", "optimum"],
    ]

    @Test("of every command shows examples", arguments: commands)
    func showsExamples(_ command: [String]) async throws {
      let help = try await RunningCommand(command + ["--help"]).end(within: .seconds(10))
      #expect(help.status == 0)
      #expect(help.notes.isEmpty)
      let lines = help.outputLines
      let heading = try #require(lines.firstIndex(of: "Examples:"))
      #expect(lines[heading + 1].hasPrefix("  busbar "))
    }

    @Test("shows addresses as they are typed", arguments: ["coordinator", "node"])
    func showsAddresses(_ command: String) async throws {
      let help = try await Busbar.run(command, "--help")
      #expect(help.output.contains("127.0.0.1:7400"))
      #expect(!help.output.contains("NodeAddress"))
    }

    @Test("Without encryption an address of another machine is refused with the reason")
    func otherMachine() async throws {
      let refused = try await Busbar.run(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", "0.0.0.0:7400")
      #expect(refused.status == 64)
      #expect(refused.notes.contains("with --plaintext nothing is encrypted; use 127.0.0.1"))
    }

    @Test(
      "What is no address is refused with what to write",
      arguments: [
        ("::1:7400", "an IPv6 address stands in brackets, like [::1]:7400"),
        ("7400", "write it like 127.0.0.1:7400"),
        ("127.0.0.1:70000", "write it like 127.0.0.1:7400"),
      ])
    func noAddress(_ text: String, _ sentence: String) async throws {
      let refused = try await Busbar.run("coordinator", Busbar.cigre, "--listen", text)
      #expect(refused.status == 64)
      #expect(refused.notes.contains(sentence))
    }

    @Test(
      "A misspelt word ends with 64 and a sentence",
      arguments: [
        ["flw"], ["model", "validat"], ["demo", "--tick", "3"], ["flow", "--wihtout", "loads"],
        ["demo", "--ticks", "0"], ["demo", "--ticks", "many"],
        ["node", "--name", "a", "--twin", "t", "--coordinator", "10.0.0.1:7400", "--plaintext"],
        ["up"], ["up", "-f", "a.yaml", "--pace", "0"], ["up", "-f", "a.yaml", "--detatch"],
        ["pki", "init"], ["pki", "init", "--twin", ""], ["pki", "token"],
        ["pki", "token", "--node", "a", "--role", "king"],
        ["pki", "token", "--node", "a", "--role", "coordinator"], ["pki", "revoke"],
        ["pki", "revoke", "a", "--serial", "1"], ["pki", "revoke", "--serial", "xyz"],
        ["ps", "-o", "yaml"], ["ps", "--data", "a", "--coordinator", "127.0.0.1:1"], ["dwn"],
        ["compose", "render"], ["compose", "render", "-f", "a.yaml", "--nodes", "0"],
        ["compose", "render", "-f", "a.yaml", "--nodes", "65"],
        ["compose", "render", "-f", "a.yaml", "--image", "a b"],
        ["compose", "render", "-f", "a.yaml", "--nodes", "2", "--another", "west"],
        ["node", "--name", "a", "--twin", "t", "--coordinator", "[::1]:7400", "--wait", "0"],
        ["ps", "-e", "127.0.0.1:7400"], ["ps", "-e", "https://127.0.0.1"],
        ["ps", "-e", "http://example.com:7400"], ["ps", "--identity", "a"],
        ["ps", "-e", "http://127.0.0.1:1", "--identity", "a"],
        ["ps", "-e", "https://127.0.0.1:1", "--coordinator", "127.0.0.1:1"],
        ["top", "-e", "https://127.0.0.1:1", "--data", "a"],
        ["-e", "https://127.0.0.1:1", "history", "--bus", "11", "--data", "a"],
        ["-e", "https://127.0.0.1:1", "down"], ["down", "-e", "https://127.0.0.1:1"],
        ["health", "--at", "nowhere"], ["health", "--at", "10.0.0.7:7400"],
        ["health", "--identity", "a"], ["health", "--at", "127.0.0.1:1", "--data", "a"],
        ["node", "--name", "a", "--twin", "t", "--coordinator", "127.0.0.1:1", "--log-level", "x"],
      ])
    func refusesMisspelling(_ command: [String]) async throws {
      let refused = try await RunningCommand(command).end(within: .seconds(10))
      #expect(refused.status == 64)
      #expect(refused.output.isEmpty)
      #expect(refused.notes.hasPrefix("Error: "))
    }
  }
}
