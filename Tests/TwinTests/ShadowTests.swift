import ActorCluster
import SimulatedCluster
import Testing
import TwinStore

@testable import Twin

/// Without a coordinator segments go on by themselves, for people to look at.
struct ShadowTests {
  private func look(_ node: NodeName, from cluster: ActorCluster) async throws -> NodeView {
    try await NodeAgent.resolve(id: NodeAgent.identity(on: node), using: cluster).look()
  }

  @Test("A shadow tick a second, stale, with the tie mismatch, and nothing of it is committed")
  func withoutCoordinator() throws {
    let expected = try SimulatedTwin(Grids.evening, authority: OpenToAll()).run(ticks: 4)
    let twin = try SimulatedTwin(Grids.evening, authority: OpenToAll())
    try twin.runtime.run {
      let processes = try await twin.form()
      _ = try await TwinRun.record(2, of: processes.coordinator)
      let before = try await look("middle", from: processes.clusters[1])
      #expect(before.segments.map(\.committedTick) == [1])
      #expect(before.segments.map(\.shadowTick) == [nil], "The coordinator is there.")

      twin.network.crash(SimulatedTwin.coordinatorNode)
      try await twin.runtime.sleep(for: .seconds(5))
      for node in twin.plan.nodes {
        let view = try await look(node, from: processes.clusters[1])
        #expect(view.coordinatorSilence_ms > 4_000)
        for segment in view.segments {
          #expect(segment.committedTick == 1)
          #expect((4...6).contains(try #require(segment.shadowTick)), "\(segment)")
          #expect(segment.isSolved)
          #expect((0.85...1.1).contains(try #require(segment.lowest_pu)), "\(segment)")
          // A feeder of 20 kV carries a few MVA; a drift is a part of that.
          #expect((0..<10).contains(try #require(segment.tieMismatch_MVA)), "\(segment)")
          #expect(segment.worstTie != nil)
        }
      }
      #expect(try twin.store.lastCommit()?.tick == 1)

      let cluster = try await twin.network.startNode(
        SimulatedTwin.coordinatorNode, twin: twin.plan.name)
      let again = try twin.host(on: cluster)
      try await again.form(twin.plan)
      let run = try await TwinRun.record(2, of: again)
      #expect(run.bits == Array(expected.bits.suffix(2)))
      for node in twin.plan.nodes {
        let view = try await look(node, from: processes.clusters[1])
        #expect(view.segments.allSatisfy { $0.shadowTick == nil && $0.committedTick == 3 })
      }
      await again.whenLocal { await $0.retire() }
      await processes.shutdown()
    }
  }

  @Test("A node that is cut off shows its segments as stale, and what it has is never accepted")
  func cutOff() throws {
    let twin = try SimulatedTwin(Grids.evening, authority: OpenToAll())
    try twin.runtime.run {
      let processes = try await twin.form()
      _ = try await processes.coordinator.runTick()
      twin.network.cut("middle", SimulatedTwin.coordinatorNode)
      try await twin.runtime.sleep(for: .seconds(4))
      let run = try await TwinRun.record(2, of: processes.coordinator)
      #expect(run.reports.map(\.tick) == [1, 2])
      try await twin.runtime.sleep(for: .seconds(2))
      let view = try await look("middle", from: processes.clusters[1])
      #expect(view.era < run.reports[1].era)
      #expect(view.segments.map(\.committedTick) == [0])
      #expect(try #require(view.segments[0].shadowTick) > 1)
      #expect(view.segments[0].tieMismatch_MVA == nil, "Its neighbours live in another era.")
      await processes.shutdown()
    }
  }
}
