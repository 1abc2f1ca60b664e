import Foundation
import Testing
import Yams

@testable import BusbarCommand

extension CommandTests {
  @Suite("A compose file")
  struct ComposeTests {
    private static let checkout = Busbar.topologies.deletingLastPathComponent()

    /// A compose file as compose reads it.
    private struct Parsed {
      let text: String
      let services: [String: [String: Any]]
      let volumes: Set<String>

      init(_ text: String) throws {
        self.text = text
        let root = try #require(try Yams.load(yaml: text) as? [String: Any])
        services = try #require(root["services"] as? [String: [String: Any]])
        volumes = Set((root["volumes"] as? [String: Any] ?? [:]).keys)
      }

      func command(_ service: String) -> [String] {
        services[service]?["command"] as? [String] ?? []
      }

      /// The named volumes of a service.
      func volumes(_ service: String) -> [String: String] {
        let all = services[service]?["volumes"] as? [Any] ?? []
        let pairs = all.compactMap { $0 as? String }.map {
          $0.split(separator: ":").map(String.init)
        }
        return Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) })
      }

      /// The files of a service: where they are, and where it finds them.
      func files(_ service: String) -> [String: String] {
        let all = services[service]?["volumes"] as? [Any] ?? []
        return Dictionary(
          uniqueKeysWithValues: all.compactMap { $0 as? [String: Any] }.map {
            ($0["source"] as? String ?? "", $0["target"] as? String ?? "")
          })
      }
    }

    private func render(_ options: String..., file: String = Busbar.cigre) async throws -> Parsed {
      let ended = try await RunningCommand(["compose", "render", "-f", file] + options)
        .end(within: .seconds(10))
      #expect(ended.status == 0, "\(ended.notes)")
      return try Parsed(ended.output)
    }

    private func compose(_ nodes: [String], twin: String = "ring") throws -> ComposeFile {
      try ComposeFile(
        twin: twin, nodes: nodes, spread: nil,
        mounts: ComposeMounts(document: "grid.yaml", importing: nil, to: nil), image: nil,
        ticks: 96,
        command: "busbar compose render")
    }

    @Test(
      "of the checkout is what the command writes",
      arguments: [("docker-compose.yml", ""), ("docker-compose.node.yml", " --another west")])
    func isWritten(_ name: String, _ option: String) async throws {
      let ended = try await RunningCommand(
        program: "/bin/sh", "-c",
        "cd \(ShellWord.quote(Self.checkout.path)) && \(ShellWord.quote(Busbar.executable.path)) "
          + "compose render -f Topologies/cigre-mv.yaml\(option)"
      ).end(within: .seconds(10))
      let kept = try String(contentsOf: Self.checkout.appending(path: name), encoding: .utf8)
      #expect(ended.output == kept)
    }

    @Test("has a service for each node of the placement, a coordinator and one for certificates")
    func services() async throws {
      let file = try await render()
      #expect(
        Set(file.services.keys) == ["identity", "coordinator", "north", "middle", "south", "test"])
      #expect(file.command("north").contains("--name=north"))
      #expect(file.command("north").contains("--advertise=north:7400"))
      #expect(file.command("coordinator").contains("--advertise=coordinator:7400"))
      #expect(
        file.volumes
          == ["identity-root", "coordinator-data", "north-data", "middle-data", "south-data"])
    }

    @Test("gives each process a volume that no other sees, and the root to none of them")
    func isolation() async throws {
      let file = try await render()
      for service in ["coordinator", "north", "middle", "south"] {
        #expect(file.volumes(service) == ["\(service)-data": "/var/lib/busbar"])
      }
      #expect(Set(file.volumes("identity").keys) == file.volumes)
      // Each node's at another place.
      #expect(Set(file.volumes("identity").values).count == file.volumes.count)
    }

    @Test("closes every container, and publishes one port, on loopback")
    func isClosed() async throws {
      for file in [try await render(), try await render("--another", "west")] {
        for (name, service) in file.services where name != "test" {
          #expect(service["read_only"] as? Bool == true, "\(name)")
          #expect(service["cap_drop"] as? [String] == ["ALL"], "\(name)")
          #expect(service["security_opt"] as? [String] == ["no-new-privileges:true"], "\(name)")
          #expect(service["tmpfs"] as? [String] == ["/tmp"], "\(name)")
          #expect(service["environment"] == nil && service["user"] == nil, "\(name)")
          if name == "coordinator" {
            #expect(service["ports"] as? [String] == ["127.0.0.1:${BUSBAR_PORT:-7400}:7400"])
          } else {
            #expect(service["ports"] == nil, "\(name)")
          }
        }
      }
    }

    @Test("spreads the segments over as many nodes as are asked for; more than segments stand by")
    func spreads() async throws {
      let two = try await render("--nodes", "2", "--image", "twin:1")
      #expect(Set(two.services.keys) == ["identity", "coordinator", "node-1", "node-2"])
      #expect(two.command("coordinator").contains("--nodes=2"))
      #expect(!two.text.contains("build:"))
      #expect(two.services["node-1"]?["image"] as? String == "twin:1")
      let five = try await render("--nodes", "5")
      #expect(five.services.keys.filter { $0.hasPrefix("node-") }.count == 5)
      #expect(five.command("coordinator").contains("--nodes=3"))
      let placed = try await render("--nodes", "3")
      #expect(placed.services["middle"] != nil)
    }

    @Test("names nodes that the coordinator waits for")
    func sameNodes() async throws {
      let ended = try await Busbar.run(
        "coordinator", Busbar.cigre, "--plaintext", "--listen", "127.0.0.1:0", "--nodes", "2",
        "--wait", "1")
      #expect(ended.notes.contains("error: nodes node-1, node-2 did not join within 1"))
    }

    @Test("takes any names, and gives each node a name of its own that compose takes")
    func anyNames() throws {
      let names = [
        "Süd 2", "sud-2", "S D-2", "identity", "coordinator ", "no", "1", "2030-06-21", "--x", "🜨",
        "it's \"$HOME\" & `id`", "a: b #c", "\\n", "{}", String(repeating: "n", count: 255),
      ]
      let file = try Parsed(try compose(names, twin: "ring $X '1'").lines.joined(separator: "\n"))
      #expect(file.services.count == names.count + 3)
      let given = file.services.keys.filter { !["identity", "coordinator", "test"].contains($0) }
      let told = given.flatMap { file.command($0) }.filter { $0.hasPrefix("--name=") }
      #expect(Set(told) == Set(names.map { "--name=" + $0.replacing("$", with: "$$") }))
      for name in given {
        #expect(name.wholeMatch(of: /[a-z][a-z0-9-]{0,45}/) != nil, "\(name)")
        #expect(file.command(name).contains("--twin=ring $$X '1'"))
        #expect(file.command(name).contains("--advertise=\(name):7400"))
      }
    }

    @Test("has a script for the certificates that a shell reads, whatever the names")
    func script() async throws {
      let names = ["it's \"$HOME\" & `id`", "Süd 2", "--x"]
      let file = try Parsed(try compose(names, twin: "ring $X").lines.joined(separator: "\n"))
      // The shell only prints what it would call.
      let script =
        "busbar() { printf '%s\\n' \"$@\"; }; rm() { :; }; mv() { :; }; find() { :; }\n"
        + (file.command("identity").first ?? "").replacing("$$", with: "$")
      let ended = try await RunningCommand(program: "/bin/bash", "-euc", script)
        .end(within: .seconds(5))
      #expect(ended.status == 0, "\(ended.notes)")
      #expect(ended.outputLines.contains("--twin=ring $X"))
      for name in names { #expect(ended.outputLines.contains("--node=\(name)")) }
    }

    @Test("finds the topology and what it imports from where it is written to")
    func mounts() {
      let below = ComposeMounts(
        document: "/twin/grids/g.yaml", importing: "../cases/c.m", to: "/twin/compose.yml")
      #expect(below.document == "/topology/g.yaml")
      #expect(
        below.mounts == [
          .init(source: "./grids/g.yaml", target: "/topology/g.yaml"),
          .init(source: "./cases/c.m", target: "/cases/c.m"),
        ])
      let elsewhere = ComposeMounts(
        document: "/twin/g.yaml", importing: "/cases/c.m", to: "/home/compose.yml")
      #expect(
        elsewhere.mounts == [
          .init(source: "/twin/g.yaml", target: "/topology/g.yaml"),
          .init(source: "/cases/c.m", target: "/cases/c.m"),
        ])
    }

    @Test("of a split grid takes the imported file along")
    func takesImport() async throws {
      let folder = try Scratch()
      let split = try await Busbar.run("model", "split", Busbar.ieee118, "--segments", "4")
      let file = try folder.write(split.output, to: "split.yaml")
      let output = folder.file("docker-compose.yml")
      let ended = try await Busbar.run("compose", "render", "-f", file, "-o", output.path)
      #expect(ended.status == 0, "\(ended.notes)")
      let parsed = try Parsed(String(contentsOf: output, encoding: .utf8))
      #expect(
        parsed.files("coordinator") == [
          "./split.yaml": "/topology/split.yaml", Busbar.ieee118: Busbar.ieee118,
        ])
    }

    @Test("is refused with a sentence where there can be none")
    func refusals() async throws {
      let folder = try Scratch()
      let grid = try #require(FaultyGrid.sound.split(separator: "segments:").first)
      let whole = try folder.write(String(grid), to: "whole.yaml")
      let cases: [(options: [String], code: Int32, sentence: String)] = [
        (["-f", folder.file("missing.yaml").path], 65, "there is no such file"),
        (["-f", whole], 65, "has no segments"),
        (["-f", Busbar.cigre, "--another", "north"], 65, "give the node another name"),
        (["-f", Busbar.cigre, "--another", "coordinator"], 65, "give the node another name"),
        (["-f", Busbar.cigre, "--another", "a\nb"], 65, "no control characters"),
        (["-f", Busbar.cigre, "--another", ""], 64, "An empty text was given"),
        (["-f", Busbar.cigre, "-o", folder.file("no/such").path], 1, "cannot be written"),
      ]
      for each in cases {
        let ended = try await RunningCommand(["compose", "render"] + each.options)
          .end(within: .seconds(10))
        #expect(ended.status == each.code, "\(each)")
        #expect(ended.output.isEmpty, "\(each)")
        #expect(ended.notes.contains(each.sentence), "\(each): \(ended.notes)")
      }
      #expect(throws: Refusal.self) { try compose((1...65).map { "n\($0)" }) }
      #expect(throws: Refusal.self) { try compose(["a\u{7}"]) }
    }
  }
}
