import HTTP2Connection
import Logging
import Observability
import Synchronization
import Testing

@testable import ActorCluster

/// What two nodes count of the calls between them.
struct CallMetricsTests {
  @Test("A call is counted at both ends by how it ended, with its duration")
  func calls() async throws {
    try await Self.run { pair async throws in
      for _ in 0..<3 { _ = try await pair.valve.turn(by: 1) }
      await #expect(throws: ClusterError.self) { try await pair.valve.burst(at: 2) }
      await #expect(throws: ClusterError.self) {
        try await ActorCluster.withDeadline(.milliseconds(50)) {
          try await pair.valve.wait(milliseconds: 60_000)
        }
      }
      let turned = "{kind=\"valve\",method=\"turn(by:)\",result=\"returned\"} 3"
      let burst = "{kind=\"valve\",method=\"burst(at:)\",result=\"threw\"} 1"
      let late = "{kind=\"valve\",method=\"wait(milliseconds:)\",result=\"late\"} 1"
      for line in [turned, burst, late] {
        #expect(pair.south.lines.contains("busbar_calls_made_total" + line))
      }
      for line in [turned, burst] {
        #expect(pair.north.lines.contains("busbar_calls_served_total" + line))
      }
      let count = "_seconds_count{kind=\"valve\",method=\"turn(by:)\"} 3"
      #expect(pair.south.lines.contains("busbar_call_made" + count))
      #expect(pair.north.lines.contains("busbar_call_served" + count))
    }
  }

  @Test("Bytes, connections and calls in flight are brought up to date when somebody asks")
  func sampled() async throws {
    try await Self.run { pair async throws in
      _ = try await pair.valve.turn(by: 1)
      let sent = pair.south.cluster.counters.bytesSent
      for _ in 0..<2 {
        #expect(
          pair.south.lines.contains("busbar_call_bytes_total{direction=\"sent\"} \(sent)"))
      }
      #expect(pair.south.lines.contains("busbar_connections_open{direction=\"out\"} 1"))
      #expect(pair.south.lines.contains("busbar_connections_opened_total{direction=\"out\"} 1"))
      #expect(pair.north.lines.contains("busbar_connections_open{direction=\"in\"} 1"))
      #expect(pair.south.lines.contains("busbar_calls_in_flight 0"))
    }
  }

  @Test("A refusal is counted by its reason; names that a peer makes up make no series")
  func refusals() async throws {
    try await Self.run { pair async throws in
      for (kind, method, era) in [
        ("valve", "turn(by:)", Int64(7)), ("valve", "made-up()", 0), ("made-up", "turn(by:)", 0),
      ] {
        let head = CallHead(
          to: ActorIdentity(kind: kind, name: "main", on: "north"), target: method, twin: "plant",
          era: era, timeLeft: .seconds(1), caller: Caller(node: "south"))
        guard case .failure = pair.north.cluster.admit(head) else {
          Issue.record("\(kind) \(method) was let in.")
          return
        }
      }
      let refused = pair.north.lines.filter { $0.hasPrefix("busbar_calls_refused_total{") }
      #expect(
        refused == [
          "busbar_calls_refused_total"
            + "{kind=\"unknown\",method=\"unknown\",reason=\"no_such_actor\"} 2",
          "busbar_calls_refused_total{kind=\"valve\",method=\"turn(by:)\",reason=\"stale_era\"} 1",
        ])
      #expect(!pair.north.lines.joined().contains("made-up"))
    }
  }

  @Test("Many refusals of one kind are one line in the log")
  func refusalLog() async throws {
    try await Self.run { pair async throws in
      let head = CallHead(
        to: ActorIdentity(kind: "valve", name: "main", on: "north"), target: "turn(by:)",
        twin: "other", era: 0, timeLeft: .seconds(1), caller: Caller(node: "south\nnorth"))
      for _ in 0..<50 { _ = pair.north.cluster.admit(head) }
      let lines = pair.written.withLock { $0 }
      #expect(
        lines == [
          "NOW warning node refused a call: wrong_twin actor=valve/main caller=south\\nnorth era=0 "
            + "method=turn(by:)"
        ])
    }
  }

  /// A node with its metrics.
  private struct Node: Sendable {
    let cluster: ActorCluster
    let metrics: PrometheusMetrics

    var lines: [String] {
      cluster.sampleMetrics()
      return metrics.text.split(separator: "\n").map(String.init)
    }
  }

  private final class Pair: Sendable {
    let north: Node
    let south: Node
    let valve: Valve
    let written: Guarded<[String]>

    init(north: Node, south: Node, valve: Valve, written: Guarded<[String]>) {
      self.north = north
      self.south = south
      self.valve = valve
      self.written = written
    }
  }

  private static func run(_ body: (Pair) async throws -> Void) async throws {
    let written = Guarded<[String]>([])
    let output = LineLogHandler.Output(
      write: { line in written.withLock { $0.append(line) } }, time: { "NOW" })
    let log = Logger(label: "node") { _ in
      LineLogHandler(component: "node", level: .info, output: output)
    }
    func node(_ name: NodeName) async throws -> (Node, NodeAddress) {
      let metrics = PrometheusMetrics(Measure.calls + Measure.connections)
      let transport = HTTP2Transport()
      let cluster = ActorCluster(
        node: name, twin: "plant", transport: transport, runtime: PoolRuntime(),
        authority: OpenToAll(), metrics: metrics, log: log)
      try await cluster.start()
      return (Node(cluster: cluster, metrics: metrics), try #require(transport.address))
    }
    let (north, address) = try await node("north")
    let (south, _) = try await node("south")
    south.cluster.connect(node: "north", at: address)
    let local = try north.cluster.host("main") { Valve(actorSystem: $0) }
    let valve = try Valve.resolve(id: local.id, using: south.cluster)
    let pair = Pair(north: north, south: south, valve: valve, written: written)
    do {
      // Other tests may keep every thread busy.
      try await ActorCluster.withDeadline(.seconds(60)) { try await body(pair) }
    } catch {
      await south.cluster.shutdown()
      await north.cluster.shutdown()
      throw error
    }
    await south.cluster.shutdown()
    await north.cluster.shutdown()
  }
}
