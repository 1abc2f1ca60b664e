import SimulatedCluster
import Testing

@testable import Twin

/// A tick can be thrown away at any message and repeated with the same bits.
struct AbortTests {
  @Test("The ticks that are broken here are not alike: batteries move in each")
  func ticksDiffer() throws {
    var energies: Set<[Double]> = []
    for ticks in 1...DisturbedTwin.ticks {
      let twin = try SimulatedTwin(Grids.evening)
      _ = try twin.run(ticks: ticks)
      let states = try #require(try twin.store.lastCommit()).states
      energies.insert(
        try states.flatMap { try SegmentState(decoding: $0.state).fleet.assets.map(\.energy_MWh) })
    }
    #expect(energies.count == DisturbedTwin.ticks)
    #expect(energies.allSatisfy { $0.count == 2 })
  }

  @Test(
    "A tick that breaks at any message and is repeated changes nothing",
    arguments: DisturbedTwin.Fault.allCases, [0, 1])
  func abort(fault: DisturbedTwin.Fault, tick: Int) throws {
    let expected = try DisturbedTwin.undisturbed()
    let messages = try DisturbedTwin.messages(ofTick: tick)
    #expect(Set(messages.map(\.target)).contains("commit(_:equivalent:)"))
    for message in messages {
      let disturbed = try DisturbedTwin.run(fault, at: [message.index])
      #expect(disturbed.bits == expected.bits, "at \(message)")
      #expect(disturbed.commit == expected.commit, "at \(message)")
      #expect(disturbed.reports.map(\.tick) == [0, 1, 2])
      #expect(disturbed.reports.last!.era > expected.reports.last!.era, "at \(message)")
    }
  }

  @Test("A tick that breaks twice, the second time on the way back, changes nothing")
  func breaksOnTheWayBack() throws {
    let expected = try DisturbedTwin.undisturbed()
    let first = try DisturbedTwin.messages(ofTick: 1)
    let broken = first[first.count / 2].index
    let wayBack = try DisturbedTwin.messages(ofTick: 1, after: (.loss, at: broken)).filter {
      $0.target == "enter(era:owning:)" || $0.target == "introduce(_:)"
    }
    #expect(wayBack.count == 12, "A request and a reply for each of three segments, twice.")
    for message in wayBack {
      let disturbed = try DisturbedTwin.run(.loss, at: [broken, message.index])
      #expect(disturbed.bits == expected.bits, "at \(message)")
      #expect(disturbed.commit == expected.commit, "at \(message)")
    }
  }

  @Test("A tick that the store has is reported, even if a segment misses the word")
  func abortAfterTheStoreCommitted() throws {
    let expected = try DisturbedTwin.undisturbed()
    let word = try #require(
      try DisturbedTwin.messages(ofTick: 1).first { $0.target == "commit(_:equivalent:)" })
    for fault in DisturbedTwin.Fault.allCases {
      let disturbed = try DisturbedTwin.run(fault, at: [word.index])
      let eras = disturbed.reports.map(\.era)
      #expect(eras[1] == expected.reports[1].era, "The store took it under the old era.")
      #expect(eras[2] > eras[1])
      #expect(disturbed.bits == expected.bits)
    }
  }

  @Test(
    "Segments that are cut off from each other hold the tick up, in words, until they meet again")
  func cutOff() throws {
    let told = EventLog()
    let twin = try SimulatedTwin(Grids.cigre, events: told.sink)
    try twin.runtime.run {
      let processes = try await twin.form()
      _ = try await processes.coordinator.runTick()
      twin.network.cut("north", "middle")
      _ = twin.runtime.schedule(at: twin.runtime.now + .seconds(20)) {
        twin.network.mend("north", "middle")
      }
      #expect(try await processes.coordinator.runTick().tick == 1)
      let stall = try #require(told.events.first { $0.kind == .stalled }).text
      #expect(stall.contains("coordinator waits for segment feeder-1"), "\(stall)")
      #expect(stall.contains("its ends of their ties"), "\(stall)")
      #expect(told.events.contains { $0.kind == .stallEnded })
      #expect(!told.events.contains { $0.kind == .nodeLost }, "Every node answers.")
      await processes.shutdown()
    }
  }
}
