import ActorCluster
import Distributed
import SimulatedCluster
import Synchronization
import Testing

struct SimulatedClusterTests {
  // MARK: Replay

  @Test("One seed leaves one trace, a hundred times", arguments: [1, 2, 3] as [UInt64])
  func replay(seed: UInt64) throws {
    let first = try Ring.run(seed: seed)
    for _ in 1..<100 { #expect(try Ring.run(seed: seed) == first) }
    #expect(first.strayCount == 0)
    #expect(first.messageCount == 96)
  }

  /// The hashes change when the wire does. A difference between builds alone means that the number of
  /// jobs, which differs between debug and release, has come to decide something.
  @Test(
    "In order of arrival, debug and release builds leave the same trace",
    arguments: zip(
      [1, 2, 3] as [UInt64],
      [5_702_999_207_625_359_955, 10_407_982_150_822_118_924, 8_031_501_960_571_809_254]
        as [UInt64]))
  func replayAcrossBuilds(seed: UInt64, hash: UInt64) throws {
    let ring = try Ring.run(seed: seed, order: .arrival)
    #expect(ring.hash == hash, "\(ring.hash)")
  }

  @Test("Other seeds order messages differently")
  func otherSeeds() throws {
    let hashes = Set(try (0..<20).map { try Ring.run(seed: $0).hash })
    #expect(hashes.count == 20)
  }

  // MARK: Time

  @Test("An hour of virtual time passes at once and ends on the nanosecond")
  func virtualTime() throws {
    let runtime = SimulatedRuntime(seed: 1)
    let woken = try runtime.run {
      try await runtime.sleep(for: .seconds(3600))
      return runtime.now
    }
    #expect(woken == .seconds(3600))
  }

  @Test("A cancelled sleep ends at once")
  func cancelledSleep() throws {
    let runtime = SimulatedRuntime(seed: 1)
    let pair = Pair(runtime)
    let ended = try runtime.run {
      let cluster = try await pair.network.startNode("north")
      let nap = cluster.task { try await cluster.sleep(for: .seconds(60)) }
      try await cluster.sleep(for: .seconds(1))
      nap.cancel()
      let result = await nap.result
      #expect(throws: CancellationError.self) { try result.get() }
      return cluster.now
    }
    #expect(ended == .seconds(1))
  }

  @Test("A task that nothing will wake is reported, not waited for")
  func stall() throws {
    let runtime = SimulatedRuntime(seed: 1)
    #expect(throws: SimulationStalled.self) {
      try runtime.run {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        for await _ in stream {}
        continuation.finish()
      }
    }
  }

  @Test("A deadline is kept to the nanosecond and cancels the method at the other node")
  func deadline() throws {
    let pair = Pair(SimulatedRuntime(seed: 1))
    try pair.runtime.run {
      let (caller, thermometer, local) = try await pair.start()
      let start = caller.now
      await #expect(
        throws: ClusterError.deadlineExceeded(local.id, target: "nap(milliseconds:)")
      ) {
        try await ActorCluster.withDeadline(.milliseconds(500)) {
          try await thermometer.nap(milliseconds: 60_000)
        }
      }
      #expect(caller.now == start + .milliseconds(500))
      try await caller.sleep(for: .milliseconds(10))
      #expect(await local.whenLocal { $0.napsCancelled } == 1)
    }
  }

  @Test("Without a deadline of its own a call waits three seconds")
  func defaultDeadline() throws {
    let pair = Pair(SimulatedRuntime(seed: 1))
    try pair.runtime.run {
      let (caller, thermometer, _) = try await pair.start()
      await #expect(throws: ClusterError.self) { try await thermometer.nap(milliseconds: 60_000) }
      #expect(caller.now == .seconds(3))
    }
  }

  // MARK: Faults

  @Test("A crash tells its callers and its peers")
  func crash() throws {
    let pair = Pair(SimulatedRuntime(seed: 1))
    try pair.runtime.run {
      let (caller, thermometer, _) = try await pair.start()
      let call = caller.task { try await thermometer.nap(milliseconds: 1000) }
      try await caller.sleep(for: .milliseconds(100))
      pair.network.crash("north")
      let lost = await call.result
      #expect(throws: ClusterError.connectionLost(node: "north", mayHaveRun: true)) {
        try lost.get()
      }
      #expect(caller.now < .milliseconds(110))
      for await event in caller.peerEvents {
        #expect(event == .lost("north"))
        break
      }
      await #expect(throws: ClusterError.unreachable("north", why: "No such node is running.")) {
        try await thermometer.read()
      }
    }
  }

  @Test("What a crashed node still does reaches nobody, even after it started again")
  func zombie() throws {
    let pair = Pair(SimulatedRuntime(seed: 1))
    try pair.runtime.run {
      let (caller, _, local) = try await pair.start()
      let south = try caller.host("south") { Thermometer(actorSystem: $0) }
      pair.network.crash("north")
      let again = try await pair.network.startNode("north")
      let former = try Thermometer.resolve(id: south.id, using: local.actorSystem)
      await #expect(throws: ClusterError.self) { try await former.add(1) }
      let current = try Thermometer.resolve(id: south.id, using: again)
      #expect(try await current.add(1) == 21)
    }
  }

  @Test("A hook can crash a node at a chosen message", arguments: 0..<12)
  func crashAtMessage(index: Int) throws {
    let pair = Pair(SimulatedRuntime(seed: 7))
    let network = pair.network
    network.onMessage { if $0.index == index { network.crash("north") } }
    let outcome = try pair.runtime.run { () -> Result<Double, any Error> in
      let (caller, thermometer, _) = try await pair.start()
      let calls = caller.task { () -> Double in
        for _ in 0..<5 { _ = try await thermometer.add(1) }
        return try await thermometer.read()
      }
      return await calls.result
    }
    switch outcome {
    case .success(let degrees):
      #expect(index >= 11, "The last reply is message 11.")
      #expect(degrees == 25)
    case .failure(let error as ClusterError):
      #expect(error == .connectionLost(node: "north", mayHaveRun: true))
    case .failure(let error): Issue.record(error)
    }
  }

  @Test("A cut link swallows messages until it is mended")
  func cut() throws {
    let pair = Pair(SimulatedRuntime(seed: 1))
    try pair.runtime.run {
      let (_, thermometer, _) = try await pair.start()
      pair.network.cut("north", "south")
      await #expect(throws: ClusterError.self) { try await thermometer.add(1) }
      pair.network.mend("north", "south")
      #expect(try await thermometer.add(1) == 21)
    }
  }

  @Test("A cancelled caller is free at once and the method hears of it")
  func cancellation() throws {
    let pair = Pair(SimulatedRuntime(seed: 1))
    try pair.runtime.run {
      let (caller, thermometer, local) = try await pair.start()
      let call = caller.task { try await thermometer.nap(milliseconds: 1000) }
      try await caller.sleep(for: .milliseconds(100))
      call.cancel()
      let result = await call.result
      #expect(caller.now == .milliseconds(100))
      #expect(throws: ClusterError.cancelled) { try result.get() }
      try await caller.sleep(for: .milliseconds(10))
      #expect(await local.whenLocal { $0.napsCancelled } == 1)
    }
  }
}
