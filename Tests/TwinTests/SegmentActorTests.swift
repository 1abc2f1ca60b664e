import ActorCluster
import GridModel
import PowerFlow
import SimulatedCluster
import Testing

@testable import Twin

/// A segment's actor and its node's agent: what they let through to the values that decide.
struct SegmentActorTests {
  private static let era: Int64 = 3
  private static let name: SegmentPlan.ID = "feeder-1-lower"

  // MARK: The segment

  @Test(
    "Whatever acts names its era, and no other than the node's is let through",
    arguments: [2, 4] as [Int64])
  func everyCallNamesItsEra(era: Int64) throws {
    try Stage.run { stage in
      let segment = try await stage.hostSegment()
      try await segment.introduce(stage.introduction(neighbours: [Self.silent]))
      let moment = Moment(era: era, tick: 0)
      let stamp = RoundStamp(
        era: era, tick: 0, iteration: 0, topologyVersion: 1, roleVersion: 1)
      let calls: [@Sendable () async throws -> Void] = [
        { try await segment.introduce(stage.introduction(era: era)) },
        { _ = try await segment.begin(stamp) },
        { _ = try await segment.advance(by: BorderStep(stamp: stamp, step: [], isSettled: [])) },
        { _ = try await segment.ends(for: "feeder-2", at: moment) },
        { _ = try await segment.conclude(moment) },
        { try await segment.commit(moment, equivalent: nil) },
        { try await stage.agent.enter(era: era, owning: [], reign: 1) },
      ]
      for call in calls {
        let refusal = await Self.refusal(call)
        #expect(refusal == .staleEra(given: era, current: Self.era))
      }
      #expect(stage.node.hosted.contains(segment.id), "Nothing was let go.")
    }
  }

  @Test("An introduction that comes twice acts once: what has begun since goes on")
  func introducedTwice() throws {
    try Stage.run { stage in
      let segment = try await stage.hostSegment()
      try await segment.introduce(stage.introduction())
      let (stamp, steps) = try stage.firstRound()
      _ = try await segment.begin(stamp)
      try await segment.introduce(stage.introduction())
      _ = try await segment.advance(by: steps)
    }
  }

  @Test("A new era throws away the tick in flight and the neighbours of the last one")
  func introducedAnew() throws {
    try Stage.run { stage in
      let segment = try await stage.hostSegment()
      try await segment.introduce(stage.introduction(neighbours: [Self.silent]))
      let (stamp, _) = try stage.firstRound()
      _ = try await segment.begin(stamp)
      guard
        case .neighbourSilent("feeder-2", _) = await Self.refusal({
          _ = try await segment.conclude(Moment(era: Self.era, tick: 0))
        })
      else {
        Issue.record("Its neighbour is not there.")
        return
      }

      stage.raiseEra(to: Self.era + 1)
      let next = stage.inNextEra(stamp)
      let early = await Self.refusal { _ = try await segment.begin(next) }
      #expect(early == .noBorder, "It was not introduced to this era.")
      try await segment.introduce(stage.introduction(era: Self.era + 1))
      let moment = Moment(era: Self.era + 1, tick: 0)
      let refusal = await Self.refusal { try await segment.commit(moment, equivalent: nil) }
      #expect(refusal == .wrongTick(given: 0, committed: -1))
      _ = try await segment.begin(next)
      let conclusion = try await segment.conclude(moment)
      #expect(conclusion.report.ties.mismatch_MVA == .infinity, "Nobody is asked.")
    }
  }

  @Test("A segment goes back to what the store holds, and refuses what is no state")
  func goesBack() throws {
    try Stage.run { stage in
      let segment = try await stage.hostSegment()
      let bench = try SegmentBench(Grids.evening)
      try bench.solve(0)
      let state = try bench.conclude(0)[0].state
      try await segment.introduce(stage.introduction(state: state))
      let refusal = await Self.refusal { _ = try await segment.begin(stage.firstRound().stamp) }
      #expect(refusal == .wrongTick(given: 0, committed: 0))

      stage.raiseEra(to: Self.era + 1)
      let broken = await Self.refusal {
        try await segment.introduce(stage.introduction(era: Self.era + 1, state: [0xff]))
      }
      guard case .unreadableState = broken else {
        Issue.record("\(String(describing: broken))")
        return
      }
    }
  }

  @Test("A neighbour that refuses is no silent one")
  func neighbourRefuses() throws {
    try Stage.run { stage in
      let segment = try await stage.hostSegment()
      let other = try SegmentBench(Grids.evening).segments[1].slice
      let neighbour = try stage.caller.host(other.segment.text) {
        try Segment(slice: other, waits: WaitBoard(), actorSystem: $0)
      }
      let card = NeighbourCard(
        segment: other.segment, actor: neighbour.id, host: "simulated", port: 1)
      try await segment.introduce(stage.introduction(neighbours: [card]))
      _ = try await segment.begin(stage.firstRound().stamp)
      let refusal = await Self.refusal {
        _ = try await segment.conclude(Moment(era: Self.era, tick: 0))
      }
      if case .neighbourSilent = refusal { Issue.record("It has answered.") }
    }
  }

  // MARK: The agent

  @Test("A segment that is brought twice in an era is brought once")
  func broughtTwice() throws {
    try Stage.run { stage in
      let segment = try await stage.hostSegment()
      try await segment.introduce(stage.introduction())
      let (stamp, step) = try stage.firstRound()
      _ = try await segment.begin(stamp)
      _ = try await stage.hostSegment()
      _ = try await segment.advance(by: step)
    }
  }

  @Test("A segment that is brought again in a later era is made anew")
  func broughtAgain() throws {
    try Stage.run { stage in
      let segment = try await stage.hostSegment()
      try await segment.introduce(stage.introduction())
      stage.raiseEra(to: Self.era + 1)
      try await segment.introduce(stage.introduction(era: Self.era + 1))
      stage.raiseEra(to: Self.era + 2)
      _ = try await stage.hostSegment()
      let stamp = stage.inNextEra(stage.inNextEra(try stage.firstRound().stamp))
      let refusal = await Self.refusal { _ = try await segment.begin(stamp) }
      #expect(refusal == .noBorder)
      #expect(stage.node.hosted.filter { $0.kind == Segment.kind }.count == 1)
    }
  }

  @Test("A node lets go of what it does not own any more, and of nothing else")
  func letsGo() throws {
    try Stage.run { stage in
      let segment = try await stage.hostSegment()
      try await stage.agent.enter(era: Self.era, owning: [Self.name], reign: 1)
      #expect(stage.node.hosted.contains(segment.id))
      try await stage.agent.enter(era: Self.era, owning: ["feeder-2"], reign: 1)
      #expect(!stage.node.hosted.contains(segment.id))
      let target = "busVoltages()"
      await #expect(throws: ClusterError.noSuchActor(segment.id, target: target)) {
        _ = try await segment.busVoltages()
      }
    }
  }

  @Test("Under another coordinator's reign a node lets go of all that it has, whoever owns it")
  func anotherReign() throws {
    try Stage.run { stage in
      let segment = try await stage.hostSegment()
      try await stage.agent.enter(era: Self.era, owning: [Self.name], reign: 1)
      #expect(stage.node.hosted.contains(segment.id))
      try await stage.agent.enter(era: Self.era, owning: [Self.name], reign: 2)
      #expect(!stage.node.hosted.contains(segment.id))
      _ = try await stage.hostSegment()
      try await stage.agent.enter(era: Self.era, owning: [Self.name], reign: 2)
      #expect(stage.node.hosted.contains(segment.id))
    }
  }

  @Test("Of two eras the older can neither bring a segment nor send the node home")
  func oldEraHasNoSay() throws {
    try Stage.run { stage in
      stage.node.adopt(era: Self.era + 1)
      let stale = ClusterError.staleEra(current: Self.era + 1)
      await #expect(throws: stale) { _ = try await stage.hostSegment() }
      await #expect(throws: stale) { try await stage.agent.leave() }
      await #expect(throws: stale) {
        try await stage.agent.enter(era: Self.era + 1, owning: [], reign: 1)
      }
      #expect(stage.node.hosted.filter { $0.kind == Segment.kind } == [])
    }
  }

  @Test("A heartbeat is a word from the coordinator, and so is a new era")
  func words() throws {
    try Stage.run { stage in
      for word in [0, 1] {
        try await stage.caller.sleep(for: .seconds(5))
        let silent = try await stage.agent.look().coordinatorSilence_ms
        #expect(silent >= 5_000)
        switch word {
        case 0: _ = try await stage.agent.heartbeat()
        default: try await stage.agent.enter(era: Self.era, owning: [], reign: 1)
        }
        #expect(try await stage.agent.look().coordinatorSilence_ms < 100)
      }
    }
  }

  // MARK: Helpers

  /// A neighbour whose node is not there.
  private static let silent = NeighbourCard(
    segment: "feeder-2", actor: ActorIdentity(kind: Segment.kind, name: "feeder-2", on: "gone"),
    host: "simulated", port: 1)

  private static func refusal(
    _ body: @Sendable () async throws -> Void
  ) async -> SegmentError? {
    do {
      try await body()
      Issue.record("It was let through.")
      return nil
    } catch ClusterError.remote(let failure) {
      return failure.decoded(as: SegmentError.self)
    } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  /// A node that hosts nothing yet, and a caller in the same era.
  private struct Stage: Sendable {
    let node: ActorCluster
    let caller: ActorCluster
    let agent: NodeAgent

    static func run(_ body: @escaping @Sendable (Stage) async throws -> Void) throws {
      let runtime = SimulatedRuntime(seed: 1)
      try runtime.run {
        let network = SimulatedNetwork(runtime: runtime, authority: OpenToAll())
        let node = try await network.startNode("middle", era: SegmentActorTests.era)
        let caller = try await network.startNode("coordinator", era: SegmentActorTests.era)
        _ = try TwinNode(node)
        let stage = Stage(
          node: node, caller: caller,
          agent: try NodeAgent.resolve(id: NodeAgent.identity(on: "middle"), using: caller))
        try await stage.agent.enter(era: SegmentActorTests.era, owning: [], reign: 1)
        try await body(stage)
        await caller.shutdown()
        await node.shutdown()
      }
    }

    func raiseEra(to era: Int64) {
      node.adopt(era: era)
      caller.adopt(era: era)
    }

    func inNextEra(_ stamp: RoundStamp) -> RoundStamp {
      var next = stamp
      next.era += 1
      return next
    }

    /// Brings the segment to the node.
    func hostSegment() async throws -> Segment {
      let slice = try SegmentBench(Grids.evening).segments[0].slice
      for part in try SlicePart.cut(slice.encoded(), of: SegmentActorTests.name) {
        _ = try await agent.host(part)
      }
      return try Segment.resolve(
        id: ActorIdentity(kind: Segment.kind, name: SegmentActorTests.name.text, on: "middle"),
        using: caller)
    }

    func introduction(
      era: Int64 = SegmentActorTests.era, neighbours: [NeighbourCard] = [], state: [UInt8] = []
    ) throws -> Introduction {
      Introduction(
        era: era, neighbours: neighbours, view: try SegmentBench(Grids.evening).views[0],
        state: state)
    }

    /// The stamp of the first round, and the step that follows it.
    func firstRound() throws -> (stamp: RoundStamp, step: BorderStep) {
      let bench = try SegmentBench(Grids.evening)
      let (stamp, blocks) = try bench.begin(0, era: SegmentActorTests.era)
      guard case .step(let steps) = try bench.border.judge(blocks) else {
        preconditionFailure("The first round of a flat start is not solved.")
      }
      return (stamp, steps[0])
    }
  }
}
