import ActorCluster
import Foundation
import HTTP2Connection
import Testing

@testable import BusbarCommand

extension CommandTests {
  /// A twin that is looked at from outside, over its ports.
  @Suite("From outside a twin")
  struct OutsideTests {
    @Test("shows metrics and health on every port, and commands ask it by its URL")
    func ports() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      let record = JSONText(try String(contentsOfFile: "\(twin.data)/twin.json", encoding: .utf8))
      let places = ([record["coordinator"]] + record["nodes"].elements).map { part in
        Endpoint(
          NodeAddress(host: part["host"].string ?? "", port: Int(part["port"].number ?? 0)))
      }
      #expect(places.count == 4)
      for place in places {
        let health = try await Busbar.run("health", "--at", "\(place.address)")
        #expect(health.status == 0, "\(health.output)")
        #expect(health.outputLines.count == 1)
        #expect(health.output.hasPrefix("ok: "))
        let metrics = try await place.get(StatusPages.metricsPath, within: .seconds(5))
        #expect(metrics.status == 200)
        #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let text = String(decoding: metrics.body, as: UTF8.self)
        try Self.checkFormat(text)
        for name in ["busbar_calls_served_total", "busbar_call_bytes_total", "busbar_era"] {
          #expect(text.contains("# TYPE \(name) "), "\(name) at \(place)")
        }
        #expect(try await place.get("/v1/nothing", within: .seconds(5)).status == 404)
      }
      let coordinator = places[0]
      let page = String(
        decoding: try await coordinator.get(StatusPages.metricsPath, within: .seconds(5)).body,
        as: UTF8.self)
      for line in [
        "busbar_nodes{twin=\"cigre-mv\",state=\"member\"} 3",
        "# TYPE busbar_tick_seconds histogram",
        "# TYPE busbar_joint_rounds histogram", "# TYPE busbar_store_commit_seconds histogram",
        "busbar_stalls_total{twin=\"cigre-mv\"} 0",
      ] { #expect(page.contains(line)) }

      let ps = try await Busbar.run("-e", "\(coordinator)", "ps", "-o", "json")
      #expect(ps.status == 0, "\(ps.notes)")
      #expect(JSONText(ps.output)["twin"].string == "cigre-mv")
      let top = try await Busbar.run("top", "-e", "\(coordinator)")
      #expect(top.status == 0, "\(top.notes)")
      #expect(top.outputLines.first?.hasPrefix("cigre-mv: running, era ") ?? false, "\(top.output)")
      #expect(top.output.contains("north"))
      #expect(top.output.contains("MW   PV"))
      let local = try await twin.run("top")
      #expect(local.status == 0, "\(local.notes)")
      #expect(local.outputLines.first?.hasPrefix("cigre-mv: running, era ") ?? false)
      let events = try await Busbar.run("-e", "\(coordinator)", "events", "-o", "json")
      #expect(events.status == 0, "\(events.notes)")
      let here = try await twin.run("events", "-o", "json")
      let kinds = { (ending: Ending) in ending.outputLines.map { JSONText($0)["kind"].string } }
      #expect(kinds(events) == kinds(here))
    }

    @Test("A history over the wire is the one of the store, line by line")
    func history() async throws {
      let twin = try OperatedTwin()
      // All of a day's ticks in the store, and time to ask before it is done.
      #expect(try await twin.up("--pace", "9000").status == 0)
      try await twin.eventually("ticks") { ($0["committedTick"].number ?? 0) >= 5 }
      let record = JSONText(try String(contentsOfFile: "\(twin.data)/twin.json", encoding: .utf8))
      let port = Int(record["coordinator"]["port"].number ?? 0)
      let question = ["history", "--bus", "11", "--to", "4", "-o", "csv"]
      let here = try await RunningCommand(question + ["--data", twin.data]).end(
        within: .seconds(15))
      let there = try await RunningCommand(["-e", "http://127.0.0.1:\(port)"] + question).end(
        within: .seconds(15))
      #expect(there.status == 0, "\(there.notes)")
      #expect(there.outputLines.count == 6)
      #expect(there.output == here.output)
      let unknown = try await Busbar.run(
        "history", "-e", "http://127.0.0.1:\(port)", "--bus", "no such bus")
      #expect(unknown.status == 65)
    }

    @Test("A coordinator without a directory keeps no history, and says so")
    func noHistory() async throws {
      let coordinator = try RunningCommand(
        "coordinator", Busbar.cigre, "--listen", "127.0.0.1:0", "--ticks", "8")
      let address = try await coordinator.address()
      let asked = try await Busbar.run("-e", "http://\(address)", "history", "--bus", "11")
      #expect(asked.status == 65)
      #expect(asked.notes.contains("keeps no history; start it with --data"))
      // It waits for its nodes, which is no illness.
      #expect(try await Busbar.run("health", "--at", address).status == 0)
      coordinator.signal(SIGTERM)
      _ = try await coordinator.end(within: .seconds(5))
    }

    @Test("A node whose coordinator is gone, and a port where nobody listens, are not well")
    func unwell() async throws {
      let twin = try OperatedTwin()
      #expect(try await twin.up("--pace", "4500").status == 0)
      let record = JSONText(try String(contentsOfFile: "\(twin.data)/twin.json", encoding: .utf8))
      let ports = ([record["coordinator"]] + record["nodes"].elements).map {
        Int($0["port"].number ?? 0)
      }
      kill(try twin.part("coordinator").pid, SIGKILL)
      try await Task.sleep(for: .seconds(3))
      let node = try await Busbar.run("health", "--at", "127.0.0.1:\(ports[1])")
      #expect(node.status == 1)
      #expect(node.output.hasPrefix("failing: node "))
      #expect(node.output.contains("the coordinator was last heard"))
      let gone = try await Busbar.run("health", "--at", "127.0.0.1:\(ports[0])")
      #expect(gone.status == 1)
      #expect(gone.outputLines.count == 1)
      #expect(gone.output.contains("nobody listens there"))
      for command in ["ps", "top", "events"] {
        let asked = try await Busbar.run("-e", "http://127.0.0.1:\(ports[0])", command)
        #expect(asked.status == 69, "\(command)")
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
