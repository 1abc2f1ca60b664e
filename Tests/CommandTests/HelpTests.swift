import Testing

extension CommandTests {
  @Suite("The help")
  struct HelpTests {
    static let commands: [[String]] = [
      [], ["demo"], ["up"], ["ps"], ["top"], ["logs"], ["events"], ["down"],
      ["doctor"], ["history"], ["flow"], ["model"], ["model", "validate"], ["coordinator"],
      ["node"], ["simulate"], ["health"],
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
      #expect(!help.output.contains("LoopbackAddress"))
    }

    @Test("An address of another machine is refused with the reason")
    func otherMachine() async throws {
      let refused = try await Busbar.run("coordinator", Busbar.cigre, "--listen", "0.0.0.0:7400")
      #expect(refused.status == 64)
      #expect(refused.notes.contains("nothing is encrypted yet; use 127.0.0.1"))
    }

    @Test(
      "A misspelt word ends with 64 and a sentence",
      arguments: [
        ["flw"], ["model", "validat"], ["demo", "--tick", "3"], ["flow", "--wihtout", "loads"],
        ["demo", "--ticks", "0"], ["demo", "--ticks", "many"],
        ["node", "--name", "a", "--twin", "t", "--coordinator", "10.0.0.1:7400"],
        ["up"], ["up", "-f", "a.yaml", "--pace", "0"], ["up", "-f", "a.yaml", "--detatch"],
        ["ps", "-o", "yaml"], ["ps", "--data", "a", "--coordinator", "127.0.0.1:1"], ["dwn"],
        ["ps", "-e", "127.0.0.1:7400"], ["ps", "-e", "https://127.0.0.1:7400"],
        ["ps", "-e", "http://example.com:7400"],
        ["top", "-e", "http://127.0.0.1:1", "--data", "a"],
        ["health"], ["health", "--at", "nowhere"],
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
