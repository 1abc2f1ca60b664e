import ActorCluster
import SimulatedCluster
import Testing
import TwinStore

@testable import Twin

/// What the loss of an owner costs, and who is refused.
extension OwnershipTests {
  @Test("A process that ends is found within 0.16 s, whenever it ends", arguments: 0..<10)
  func deadProcess(step: Int) throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      try await scene.twin.runtime.sleep(for: .milliseconds(1_000 + 27 * step))
      let crashed = scene.twin.runtime.now
      scene.twin.network.crash("middle")
      try await scene.twin.runtime.sleep(for: .seconds(2))
      let lost = try #require(scene.time(of: .nodeLost))
      #expect(lost - crashed <= .milliseconds(160))
    }
  }

  @Test("A tick does not wait for an owner that is lost: 1.1 s after its last sign all goes on")
  func cutOffInATick() throws {
    let scene = try Scene()
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 2)
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      let isCut = Flag()
      scene.twin.network.onMessage { message in
        if message.target == "begin(_:)", isCut.raise() { scene.cutOff("middle") }
      }
      let start = scene.twin.runtime.now
      let run = try await TwinRun.record(1, of: processes.coordinator)
      #expect(scene.twin.runtime.now - start <= .milliseconds(1_500))
      #expect(run.bits == [expected.bits[1]])
      scene.twin.network.onMessage(nil)
    }
    #expect(!scene.kinds().contains(.stalled), "It was back within two seconds.")
  }

  @Test("A tick that the store took is told as committed, although an owner is lost meanwhile")
  func cutOffInACommit() throws {
    let scene = try Scene()
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 3)
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      let isCut = Flag()
      scene.twin.network.onMessage { message in
        if message.target == "commit(_:equivalent:)", isCut.raise() { scene.cutOff("middle") }
      }
      let run = try await TwinRun.record(2, of: processes.coordinator)
      #expect(run.reports.map(\.tick) == [1, 2])
      #expect(run.bits == Array(expected.bits.dropFirst()))
      scene.twin.network.onMessage(nil)
    }
  }

  @Test("All nodes may be gone for a while, less than the twin's patience")
  func everybodyComesBack() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      for node in scene.twin.plan.nodes { scene.twin.network.crash(node) }
      let stays = processes.clusters[0].task { () async throws -> [Task<Void, Never>] in
        try await scene.twin.runtime.sleep(for: .seconds(5))
        var stays: [Task<Void, Never>] = []
        for node in scene.twin.plan.nodes { stays.append(try await scene.twin.startNode(node).1) }
        return stays
      }
      #expect(try await processes.coordinator.runTick().tick == 1)
      for stay in try await stays.value {
        stay.cancel()
        await stay.value
      }
    }
  }

  @Test("A twin without nodes waits for its patience, no longer")
  func patience() throws {
    let scene = try Scene()
    try scene.run { processes in
      for node in scene.twin.plan.nodes { scene.twin.network.crash(node) }
      let start = scene.twin.runtime.now
      await #expect(throws: TwinFailure.self) { _ = try await processes.coordinator.runTick() }
      let waited = scene.twin.runtime.now - start
      #expect(waited >= .seconds(10) && waited <= .seconds(13))
    }
  }

  @Test("The time in which a coordinator itself stood still is no patience: its nodes come back")
  func aloneAndStandingStill() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      let (network, runtime) = (scene.twin.network, scene.twin.runtime)
      for node in scene.twin.plan.nodes { network.cut(node, SimulatedTwin.coordinatorNode) }
      _ = runtime.schedule(at: runtime.now + .seconds(3)) {
        network.pause(SimulatedTwin.coordinatorNode)
        for node in scene.twin.plan.nodes { network.mend(node, SimulatedTwin.coordinatorNode) }
      }
      _ = runtime.schedule(at: runtime.now + .seconds(18)) {
        network.resume(SimulatedTwin.coordinatorNode)
      }
      #expect(try await processes.coordinator.runTick().tick == 1)
    }
    #expect(scene.told.events.count { $0.kind == .nodeLost } >= scene.twin.plan.nodes.count)
  }

  @Test("A coordinator that is alone twice has its whole patience twice")
  func aloneTwice() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      let (network, runtime) = (scene.twin.network, scene.twin.runtime)
      let nodes = scene.twin.plan.nodes
      // Its nodes find it again, and cannot reach each other: the tick goes on being repeated.
      for node in nodes {
        for other in nodes where other != node { network.cut(from: node, to: other) }
      }
      for start in [0, 12] {
        _ = runtime.schedule(at: runtime.now + .seconds(start)) {
          for node in nodes { network.cut(node, SimulatedTwin.coordinatorNode) }
        }
        _ = runtime.schedule(at: runtime.now + .seconds(start + 8)) {
          for node in nodes { network.mend(node, SimulatedTwin.coordinatorNode) }
        }
      }
      _ = runtime.schedule(at: runtime.now + .seconds(22)) {
        for node in nodes {
          for other in nodes where other != node { network.mend(from: node, to: other) }
        }
      }
      #expect(try await processes.coordinator.runTick().tick == 1)
    }
  }

  @Test("Who takes the question back gets an answer, although nodes are silent")
  func interrupted() throws {
    let scene = try Scene()
    try scene.run { processes in
      for node in scene.twin.plan.nodes { scene.cutOff(node) }
      let tick = processes.clusters[0].task { try await processes.coordinator.runTick() }
      try await scene.twin.runtime.sleep(for: .milliseconds(500))
      let start = scene.twin.runtime.now
      tick.cancel()
      let result = await tick.result
      let failure = #expect(throws: TwinFailure.self) { try result.get() }
      guard case .interrupted(tick: 0) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(scene.twin.runtime.now - start < .seconds(1))
    }
  }

  // MARK: Refusals

  @Test("A segment that is gone from its node is made anew there")
  func segmentIsGone() throws {
    let scene = try Scene()
    let expected = try SimulatedTwin(Grids.evening).run(ticks: 2)
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      processes.clusters[2].remove(Self.lower)
      let run = try await TwinRun.record(1, of: processes.coordinator)
      #expect(run.bits == [expected.bits[1]])
      #expect(run.reports.map(\.era) == [2])
    }
  }

  @Test("A segment that refuses whatever is tried ends the tick in words, after ten attempts")
  func refusesForEver() throws {
    let scene = try Scene()
    try scene.run { processes in
      let node = processes.clusters[2]
      scene.twin.network.onMessage { message in
        if message.target == "begin(_:)", message.to == "middle" { node.remove(Self.lower) }
      }
      let failure = await #expect(throws: TwinFailure.self) {
        _ = try await processes.coordinator.runTick()
      }
      guard case .gaveUp(tick: 0, attempts: 10, _) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      scene.twin.network.onMessage(nil)
      let committed = try scene.twin.store.lastCommit()
      #expect(committed == nil)
    }
  }

  @Test("An era that rises at a node while it asks its neighbours is noticed before it concludes")
  func eraRisesInAConclusion() throws {
    let scene = try Scene()
    try scene.run { processes in
      let isRaised = Flag()
      let node = processes.clusters[2]
      scene.twin.network.onMessage { message in
        if message.target == "ends(for:at:)", message.purpose == .reply, message.to == "middle",
          isRaised.raise()
        {
          node.adopt(era: 7)
        }
      }
      let report = try await processes.coordinator.runTick()
      #expect(report.era > 1, "What was concluded in the old era is not committed.")
      scene.twin.network.onMessage(nil)
    }
  }
}
