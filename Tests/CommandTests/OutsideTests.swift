import ActorCluster
import Foundation
import HTTP2Connection
import Testing
import TwinIdentity

@testable import BusbarCommand
@testable import Twin

extension CommandTests {
  /// A twin that is looked at from outside, over its ports.
  @Suite("From outside a twin")
  struct OutsideTests {
    @Test(
      "shows metrics and health on every port, and commands ask it by its URL",
      arguments: [false, true])
    func ports(isPlain: Bool) async throws {
      let twin = try OperatedTwin()
      let words = isPlain ? ["--plaintext"] : []
      #expect(try await twin.up(["--pace", "4500"] + words).status == 0)
      let own = isPlain ? nil : try ProcessIdentity.asking(IdentityFolder(twin.operatorFolder))
      let places = try twin.addresses.map { Endpoint($0, isEncrypted: !isPlain) }
      #expect(places.count == 4)
      for place in places {
        let asking = isPlain ? [] : ["--identity", twin.operatorFolder]
        let health = try await RunningCommand(["health", "--at", "\(place.address)"] + asking)
          .end(within: .seconds(15))
        #expect(health.status == 0, "\(health.output)")
        #expect(health.outputLines.count == 1)
        #expect(health.output.hasPrefix("ok: "))
        let metrics = try await place.get(StatusPage.metrics.path, as: own, within: .seconds(5))
        #expect(metrics.status == 200)
        #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let text = String(decoding: metrics.body, as: UTF8.self)
        try Self.checkFormat(text)
        for name in ["busbar_calls_served_total", "busbar_call_bytes_total", "busbar_era"] {
          #expect(text.contains("# TYPE \(name) "), "\(name) at \(place)")
        }
        #expect(try await place.get("/v1/nothing", as: own, within: .seconds(5)).status == 404)
      }
      let coordinator = places[0]
      let page = String(
        decoding: try await coordinator.get(
          StatusPage.metrics.path, as: own, within: .seconds(5)
        ).body, as: UTF8.self)
      for line in [
        "busbar_nodes{twin=\"cigre-mv\",state=\"member\"} 3",
        "# TYPE busbar_tick_seconds histogram",
        "# TYPE busbar_joint_rounds histogram", "# TYPE busbar_store_commit_seconds histogram",
        "busbar_stalls_total{twin=\"cigre-mv\"} 0",
        "busbar_connections_lost_total{twin=\"cigre-mv\",direction=\"in\"} 0",
      ] { #expect(page.contains(line), "\(line)") }

      let asking = isPlain ? [] : ["--identity", twin.operatorFolder]
      func ask(_ command: String, _ words: String...) async throws -> Ending {
        try await RunningCommand(["-e", "\(coordinator)", command] + words + asking)
          .end(within: .seconds(15))
      }
      let ps = try await ask("ps", "-o", "json")
      #expect(ps.status == 0, "\(ps.notes)")
      #expect(JSONText(ps.output)["twin"].string == "cigre-mv")
      let top = try await ask("top")
      #expect(top.status == 0, "\(top.notes)")
      #expect(top.outputLines.first?.hasPrefix("cigre-mv: running, era ") ?? false, "\(top.output)")
      #expect(top.output.contains("north"))
      #expect(top.output.contains("MW   PV"))
      let local = try await twin.run("top")
      #expect(local.status == 0, "\(local.notes)")
      #expect(local.outputLines.first?.hasPrefix("cigre-mv: running, era ") ?? false)
      let events = try await ask("events", "-o", "json")
      #expect(events.status == 0, "\(events.notes)")
      let here = try await twin.run("events", "-o", "json")
      let kinds = { (ending: Ending) in ending.outputLines.map { JSONText($0)["kind"].string } }
      #expect(kinds(events) == kinds(here))
    }

    @Test("A process is asked how it is as itself, with what lies in its folder")
    func ownFolder() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      let coordinator = try await Busbar.run("health", "--data", twin.data)
      #expect(coordinator.status == 0)
      #expect(coordinator.output.hasPrefix("ok: coordinator of cigre-mv, era "))
      let folder = "\(twin.data)/identity/nodes/north"
      let north = try await Busbar.run("health", "--data", folder)
      #expect(north.status == 0)
      #expect(north.output.hasPrefix("ok: node north of cigre-mv, era "))

      // Health is for every peer, metrics are not.
      let own = try ProcessIdentity.asking(IdentityFolder(folder))
      let place = Endpoint(try twin.addresses[0], isEncrypted: true)
      let health = try await place.get(StatusPage.health.path, as: own, within: .seconds(5))
      #expect(health.status == 200)
      let metrics = try await place.get(StatusPage.metrics.path, as: own, within: .seconds(5))
      #expect(metrics.status == 403)
      let why = String(decoding: metrics.body, as: UTF8.self)
      #expect(why.contains("spiffe://cigre-mv/node/north"))

      // Another process at its place is not taken for it.
      let left = "\(twin.data)/identity/nodes/north/process.json"
      let middle = "\(twin.data)/identity/nodes/middle/process.json"
      let swapped = try String(contentsOfFile: middle, encoding: .utf8)
        .replacing("nodes/middle", with: "nodes/north")
      try swapped.write(toFile: left, atomically: true, encoding: .utf8)
      let other = try await Busbar.run("health", "--data", folder)
      #expect(other.status == 1)
      #expect(other.output.contains("spiffe://cigre-mv/node/north was expected"))

      let nowhere = try await Busbar.run("health", "--data", twin.scratch.folder.path)
      #expect(nowhere.status == 1)
      #expect(nowhere.output.contains("no process has run with this folder"))
    }

    @Test("An operator joins with a token, looks from anywhere, and is shut out by name")
    func operatorWithToken() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "900").status == 0)
      let url = "\(Endpoint(try twin.addresses[0], isEncrypted: true))"
      let folder = twin.scratch.file("anna").path
      func ask(_ command: String, _ words: String...) async throws -> Ending {
        try await RunningCommand(["-e", url, command, "--identity", folder] + words)
          .end(within: .seconds(15))
      }
      func token(_ role: String) async throws -> String {
        let path = twin.scratch.file("\(role).token").path
        let made = try await Busbar.run(
          "pki", "token", "--node", "anna", "--role", role, "--data", twin.data, "--out", path)
        #expect(made.status == 0, "\(made.notes)")
        return path
      }
      let stranger = try await ask("ps")
      #expect(stranger.status == 65)
      #expect(stranger.notes.contains("busbar pki token --role operator --node NAME --out FILE"))
      let node = try await ask("ps", "--token-file", try await token("node"))
      #expect(node.status == 65)
      #expect(node.notes.contains("is for spiffe://cigre-mv/node/anna"))
      let none = try await ask("ps", "--token-file", twin.scratch.file("none").path)
      #expect(none.status == 65)
      #expect(none.notes.contains("'busbar pki token --role operator --node NAME --out FILE'"))
      let made = try await token("operator")
      let first = try await ask("ps", "--token-file", made)
      #expect(first.status == 0, "\(first.notes)")
      #expect(!FileManager.default.fileExists(atPath: made))
      for words in [["ps"], ["top"], ["events"], ["history", "--bus", "11", "--to", "0"]] {
        let asked = try await RunningCommand(["-e", url] + words + ["--identity", folder])
          .end(within: .seconds(15))
        #expect(asked.status == 0, "\(words) \(asked.notes)")
        #expect(!asked.output.isEmpty)
      }
      let wrong = try await RunningCommand([
        "-e", url, "ps", "--identity", "\(twin.data)/identity/nodes/north",
      ]).end(within: .seconds(15))
      #expect(wrong.status == 65)
      #expect(wrong.notes.contains("only operators look at a twin"))
      // In plaintext nobody is heard.
      let plain = try await Busbar.run("-e", url.replacing("https", with: "http"), "ps")
      #expect(plain.status == 69)
      #expect(plain.notes.contains(url))

      let revoked = try await Busbar.run(
        "pki", "revoke", "anna", "--role", "operator", "--data", twin.data)
      #expect(revoked.status == 0, "\(revoked.notes)")
      // The coordinator reads the list again every second.
      try await Task.sleep(for: .seconds(3))
      let shut = try await ask("ps")
      #expect(shut.status == 69)
      #expect(shut.notes.contains("it refused our certificate"), "\(shut.notes)")
    }

    @Test("Strangers at the door are counted, and told of once in a while")
    func strangers() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      let address = try twin.addresses[0]
      for _ in 0..<20 {
        await #expect(throws: HTTP2Error.self) {
          try await Endpoint(address, isEncrypted: false).get("/metrics", within: .seconds(5))
        }
      }
      let own = try ProcessIdentity.asking(IdentityFolder(twin.operatorFolder))
      let page = try await Endpoint(address, isEncrypted: true).get(
        StatusPage.metrics.path, as: own, within: .seconds(5))
      #expect(
        String(decoding: page.body, as: UTF8.self).contains(
          "busbar_connections_refused_total{twin=\"cigre-mv\"} 20\n"))
      let log = try String(contentsOfFile: "\(twin.data)/logs/coordinator.log", encoding: .utf8)
      let told = log.split(separator: "\n").filter { $0.contains("refused a connection") }
      #expect(told.count == 1)
      #expect(told.first?.contains(" warning coordinator ") ?? false)
      #expect(told.first?.contains("it does not speak TLS peer=127.0.0.1:") ?? false, "\(told)")
      // The next look of the coordinator tells them.
      var events: [Substring] = []
      let deadline = ContinuousClock.now + .seconds(5)
      while events.isEmpty, ContinuousClock.now < deadline {
        events = try await twin.run("events").output.split(separator: "\n")
          .filter { $0.contains("coordinator let ") }
      }
      #expect(events.count == 1, "\(events)")
      #expect(events.first?.contains("because it does not speak TLS") ?? false, "\(events)")
    }

    @Test("A history over the wire is the one of the store, line by line")
    func history() async throws {
      let twin = try OperatedTwin()
      // All of a day's ticks in the store, and time to ask before it is done.
      #expect(try await twin.up("--pace", "9000").status == 0)
      try await twin.eventually("ticks") { ($0["committedTick"].number ?? 0) >= 5 }
      let outside = [
        "-e", "\(Endpoint(try twin.addresses[0], isEncrypted: true))",
      ]
      let question = ["history", "--bus", "11", "--to", "4", "-o", "csv"]
      let asking = ["--identity", twin.operatorFolder]
      let here = try await RunningCommand(question + ["--data", twin.data]).end(
        within: .seconds(15))
      let there = try await RunningCommand(outside + question + asking).end(within: .seconds(15))
      #expect(there.status == 0, "\(there.notes)")
      #expect(there.outputLines.count == 6)
      #expect(there.output == here.output)
      let unknown = try await RunningCommand(
        outside + ["history", "--bus", "no such bus"] + asking
      ).end(within: .seconds(15))
      #expect(unknown.status == 65)
    }

    @Test("A coordinator without a directory keeps no history, and says so")
    func noHistory() async throws {
      let coordinator = try RunningCommand(
        "coordinator", Busbar.cigre, "--listen", "127.0.0.1:0", "--ticks", "8", "--plaintext")
      let address = try await coordinator.address()
      let asked = try await Busbar.run("-e", "http://\(address)", "history", "--bus", "11")
      #expect(asked.status == 65)
      #expect(asked.notes.contains("keeps no history; start it with --data"))
      // It waits for its nodes, which is no illness.
      #expect(try await Busbar.run("health", "--at", address).status == 0)

      let other = try OperatedTwin()
      #expect(try await other.up("--pace", "4500").status == 0)
      let plain = try await Busbar.run("health", "--at", "\(try other.addresses[0])")
      #expect(plain.status == 1)
      #expect(plain.output.contains("a process with certificates is asked with --data DIR"))
      let secret = try await Busbar.run(
        "-e", "https://\(address)", "ps", "--identity", other.operatorFolder)
      #expect(secret.status == 69)
      #expect(secret.notes.contains("a twin with --plaintext is asked at http://\(address)"))
      coordinator.signal(SIGTERM)
      _ = try await coordinator.end(within: .seconds(5))
    }

    @Test("A node whose coordinator is gone, and a port where nobody listens, are not well")
    func unwell() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      kill(try twin.part("coordinator").pid, SIGKILL)
      try await Task.sleep(for: .seconds(3))
      let node = try await Busbar.run("health", "--data", "\(twin.data)/identity/nodes/north")
      #expect(node.status == 1)
      #expect(node.output.hasPrefix("failing: node "), "\(node.output)")
      #expect(node.output.contains("the coordinator was last heard"))
      let gone = try await Busbar.run("health", "--data", twin.data)
      #expect(gone.status == 1)
      #expect(gone.outputLines.count == 1)
      #expect(gone.output.contains("nobody listens there"), "\(gone.output)")
      let url = "\(Endpoint(try twin.addresses[0], isEncrypted: true))"
      for command in ["ps", "top", "events"] {
        let asked = try await Busbar.run(
          "-e", url, command, "--identity", twin.operatorFolder)
        #expect(asked.status == 69, "\(command)")
        #expect(asked.notes.contains("nobody listens there"), "\(asked.notes)")
      }
    }

    /// Reads a page as Prometheus does: each metric in one group, samples after their type.
    private static func checkFormat(_ text: String) throws {
      #expect(text.hasSuffix("\n"))
      var seen: Set<String> = []
      var samples: Set<String> = []
      var current = ""
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        if line.hasPrefix("# HELP ") {
          current = String(words[2])
          #expect(seen.insert(current).inserted, "\(current) has two groups")
        } else if line.hasPrefix("# TYPE ") {
          #expect(words[2] == current)
          #expect(["counter", "gauge", "histogram"].contains(words[3]))
        } else {
          #expect(line.hasPrefix(current))
          let value = try #require(words.last)
          #expect(Double(value) != nil, "\(line)")
          #expect(samples.insert(String(line.dropLast(value.count))).inserted, "\(line)")
        }
      }
    }
  }
}

extension OperatedTwin {
  /// Of whoever sits at this machine; 'up' has made it.
  var operatorFolder: String { "\(data)/identity/coordinator/operator" }

  /// Where its processes listen, the coordinator first.
  var addresses: [NodeAddress] {
    get throws {
      let record = JSONText(try String(contentsOfFile: "\(data)/twin.json", encoding: .utf8))
      return ([record["coordinator"]] + record["nodes"].elements).map { part in
        NodeAddress(host: part["host"].string ?? "", port: Int(part["port"].number ?? 0))
      }
    }
  }
}
