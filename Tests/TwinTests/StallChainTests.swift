import ActorCluster
import GridModel
import Testing

@testable import Twin

/// A stall is explained by name: who waits for whom, at which tick, for how long and why.
struct StallChainTests {
  private static let owners: [SegmentPlan.ID: NodeName] = [
    "A": "north", "B": "middle", "C": "south",
  ]

  @Test("One that does not come is named with its node, which answers")
  func one() {
    let links = chain(open: ["B"]).links(at: .seconds(5))
    #expect(
      links == [
        Wait(
          waiter: "coordinator", on: "segment B on node middle", tick: 7,
          why: "its conclusion; node middle answers heartbeats", since_ms: 3_000)
      ])
    #expect(
      links[0].description
        == "coordinator waits for segment B on node middle at tick 7 for 3000 ms: its conclusion; "
        + "node middle answers heartbeats")
  }

  @Test("A chain goes from the coordinator to the one that does not come")
  func throughSegments() {
    var chain = chain(open: ["A", "B", "C"])
    chain.waits = [wait("A", on: "B", 900), wait("B", on: "C", 800)]
    chain.members = ["middle", "north"]
    #expect(
      chain.links(at: .seconds(5)) == [
        Wait(
          waiter: "coordinator", on: "segment A on node north", tick: 7,
          why: "its conclusion; node north answers heartbeats", since_ms: 3_000),
        Wait(
          waiter: "segment A", on: "segment B on node middle", tick: 7,
          why: "its ends of their ties; node middle answers heartbeats", since_ms: 900),
        Wait(
          waiter: "segment B", on: "segment C on node south", tick: 7,
          why: "its ends of their ties; node south is lost", since_ms: 800),
      ])
  }

  @Test("Who has answered is no part of it")
  func answered() {
    var chain = chain(open: ["C"])
    chain.waits = [wait("A", on: "B", 900)]
    #expect(chain.links(at: .seconds(5)).map(\.on) == ["segment C on node south"])
  }

  @Test("Of several that are waited for the longest chain is told, of equal ones the first by id")
  func longest() {
    var chain = chain(open: ["C", "B", "A"])
    #expect(chain.links(at: .seconds(5)).map(\.on) == ["segment A on node north"])
    chain.waits = [wait("C", on: "B", 1)]
    #expect(
      chain.links(at: .seconds(5)).map(\.on)
        == ["segment C on node south", "segment B on node middle"])
  }

  @Test("A segment that waits for several is told with the one that it has waited for longest")
  func longestWait() {
    for waits in [
      [wait("A", on: "B", 10), wait("A", on: "C", 20)],
      [wait("A", on: "C", 20), wait("A", on: "B", 10)],
    ] {
      var chain = chain(open: ["A"])
      chain.waits = waits
      #expect(
        chain.links(at: .seconds(5)).map(\.on)
          == ["segment A on node north", "segment C on node south"])
    }
  }

  @Test("A circle is told once")
  func circle() {
    var chain = chain(open: ["A", "B"])
    chain.waits = [wait("A", on: "B", 10), wait("B", on: "A", 10)]
    #expect(chain.links(at: .seconds(5)).map(\.waiter) == ["coordinator", "segment A"])
    chain.waits = [wait("A", on: "A", 10)]
    chain.progress.came(from: "B")
    #expect(chain.links(at: .seconds(5)).map(\.waiter) == ["coordinator"])
  }

  @Test("A node that does not answer is told with its silence, from 600 ms on")
  func silentNode() {
    for (silence_ms, said) in [
      (599, "node middle answers heartbeats"),
      (600, "node middle has not answered for 600 ms"),
      (940, "node middle has not answered for 940 ms"),
    ] {
      var chain = chain(open: ["B"])
      chain.silence = ["middle": .milliseconds(silence_ms), "north": .seconds(9)]
      #expect(chain.links(at: .seconds(5)).map(\.why) == ["its conclusion; \(said)"])
    }
  }

  @Test("A lost node is told as lost, whatever is known of its silence")
  func lostNode() {
    var chain = chain(open: ["B"])
    chain.members = ["north", "south"]
    chain.silence = ["middle": .seconds(9)]
    #expect(chain.links(at: .seconds(5)).map(\.why) == ["its conclusion; node middle is lost"])
  }

  @Test("Why the last attempt failed is told with each link")
  func lastFailure() {
    var chain = chain(open: ["A"])
    chain.waits = [wait("A", on: "B", 10)]
    chain.progress.lastFailure = "it broke"
    let links = chain.links(at: .seconds(5))
    #expect(links.count == 2)
    #expect(links.allSatisfy { $0.why.hasSuffix("; the last attempt failed: it broke") })
  }

  @Test("A segment without an owner is told without one")
  func noOwner() {
    var chain = chain(open: ["B"])
    chain.owners["B"] = nil
    let links = chain.links(at: .seconds(5))
    #expect(links.map(\.on) == ["segment B"])
    #expect(links.map(\.why) == ["its conclusion"])
  }

  @Test("Without a node the coordinator waits for one, since the tick is wanted")
  func noNode() {
    var chain = chain(open: ["A"])
    chain.members = []
    #expect(
      chain.links(at: .seconds(5)) == [
        Wait(
          waiter: "coordinator", on: "a node", tick: 7, why: "no node is left", since_ms: 4_000)
      ])
    chain.progress.end()
    #expect(chain.links(at: .seconds(5)).map(\.since_ms) == [0])
  }

  @Test("When everybody has answered the coordinator is to blame")
  func nobodyIsOpen() {
    var chain = chain(open: [])
    #expect(
      chain.links(at: .seconds(5)) == [
        Wait(
          waiter: "coordinator", on: "itself", tick: 7, why: "it prepares the next round",
          since_ms: 3_000)
      ])
    chain.progress.lastFailure = "it broke"
    #expect(chain.links(at: .seconds(5)).map(\.why) == ["the last attempt failed: it broke"])
  }

  /// Tick 7 is wanted since 1 s, and its conclusion since 2 s.
  private func chain(open: [SegmentPlan.ID]) -> StallChain {
    var progress = Progress()
    progress.begin(7, at: .seconds(1))
    progress.wait(for: "its conclusion", from: open, at: .seconds(2))
    return StallChain(
      progress: progress, owners: Self.owners, silence: [:], waits: [],
      members: ["middle", "north", "south"])
  }

  private func wait(
    _ waiter: SegmentPlan.ID, on other: SegmentPlan.ID, _ since_ms: Double
  ) -> SegmentWait {
    SegmentWait(waiter: waiter, on: other, tick: 7, since_ms: since_ms)
  }
}
