import ActorCluster
import Distributed
import Testing

/// Facts that hold over sockets and in simulation alike.
struct CallTests {
  enum Medium: CaseIterable, Sendable { case http2, simulation }

  @discardableResult
  private func run<Success: Sendable>(
    _ medium: Medium, _ body: @escaping @Sendable (Plant) async throws -> Success
  ) async throws -> Success {
    switch medium {
    case .http2: try await Plant.overHTTP2(body)
    case .simulation: try Plant.simulated(body)
    }
  }

  @Test("Arguments go there and results come back", arguments: Medium.allCases)
  func results(medium: Medium) async throws {
    let seen = try await run(medium) { plant -> [String] in
      let valve = plant.valve
      _ = try await valve.turn(by: 30)
      let angle = try await valve.turn(by: 0.125)
      try await valve.close()
      let mix = try await valve.blend([1, 2], with: [3, .infinity], shares: ["one": 0.25])
      let half = try await valve.blend([1], with: [2], shares: nil)
      let rating = try await valve.rating()
      return ["\(angle)", "\(try await valve.turn(by: 1))", "\(mix)", "\(half)", "\(rating)"]
    }
    #expect(
      seen == [
        "30.125", "1.0", "[2.5, inf]", "[1.5]",
        "Rating(name: \"PN 16\", limits: [0.0, 16.0], remark: nil)",
      ])
  }

  @Test("An error that can cross comes back as itself", arguments: Medium.allCases)
  func thrownError(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      let error = await #expect(throws: ClusterError.self) { try await plant.valve.burst(at: 18) }
      guard case .remote(let failure) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(failure.decoded(as: Valve.Burst.self) == Valve.Burst(pressure: 18))
    }
  }

  @Test("An error that cannot cross comes back as text", arguments: Medium.allCases)
  func describedError(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      let error = await #expect(throws: ClusterError.self) { try await plant.valve.stick() }
      #expect(error?.description == "The method threw Stuck: Stuck()")
    }
  }

  @Test("A method can call other nodes while it is called", arguments: Medium.allCases)
  func nestedCall(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      let other = try plant.south.host("spare") { Valve(actorSystem: $0) }
      #expect(try await plant.valve.turn(other.id, by: 7) == 7)
      let own = CallCounters.Key(callerKind: "valve", kind: "valve", target: "turn(by:)")
      #expect(plant.north.counters.sent[own] == 1)
      let any = CallCounters.Key(kind: "valve", target: "turn(by:)")
      #expect(plant.south.counters.received[any] == 1)
    }
  }

  @Test("A deadline cancels the method, and what the method called", arguments: Medium.allCases)
  func inheritedDeadline(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      let spare = try plant.south.host("spare") { Valve(actorSystem: $0) }
      let target = "wait(for:milliseconds:)"
      await #expect(throws: ClusterError.deadlineExceeded(plant.local.id, target: target)) {
        try await ActorCluster.withDeadline(.seconds(1)) {
          try await plant.valve.wait(for: spare.id, milliseconds: 60_000)
        }
      }
      #expect(await plant.eventually { await spare.waitsHaveEnded })
      #expect(await plant.eventually { await plant.local.waitsHaveEnded })
    }
  }

  @Test("Taking a call back cancels the method", arguments: Medium.allCases)
  func cancellation(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      let call = plant.south.task { try await plant.valve.wait(milliseconds: 60_000) }
      #expect(await plant.eventually { await plant.local.whenLocal { $0.callCount } == 1 })
      call.cancel()
      let result = await call.result
      #expect(throws: ClusterError.cancelled) { try result.get() }
      #expect(await plant.eventually { await plant.local.whenLocal { $0.cancelledCount } == 1 })
    }
  }

  @Test("A removed actor is not there", arguments: Medium.allCases)
  func removed(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      plant.north.remove(plant.local.id)
      await #expect(throws: ClusterError.noSuchActor(plant.local.id, target: "turn(by:)")) {
        try await plant.valve.turn(by: 1)
      }
      #expect(throws: ClusterError.noSuchActor(plant.local.id, target: "")) {
        try Valve.resolve(id: plant.local.id, using: plant.north)
      }
      try plant.north.host("main") { Valve(actorSystem: $0) }
      #expect(try await plant.valve.turn(by: 1) == 1)
    }
  }

  @Test("A name is used once", arguments: Medium.allCases)
  func nameTaken(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      #expect(throws: ClusterError.nameTaken(plant.local.id)) {
        try plant.north.host("main") { Valve(actorSystem: $0) }
      }
    }
  }

  @Test("A caller of an older era learns the current one", arguments: Medium.allCases)
  func staleEra(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      plant.north.adopt(era: 5)
      await #expect(throws: ClusterError.staleEra(current: 5)) {
        try await plant.valve.turn(by: 1)
      }
      #expect(try await plant.valve.status() == 5)
      await #expect(throws: ClusterError.staleEra(current: 5)) { try await plant.valve.begin() }
      #expect(await plant.local.whenLocal { $0.callCount } == 0)
    }
  }

  @Test(
    "A greater era is adopted before the method that begins it runs", arguments: Medium.allCases)
  func raisedEra(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      plant.south.adopt(era: 6)
      await #expect(throws: ClusterError.staleEra(current: 0)) {
        try await plant.valve.turn(by: 1)
      }
      #expect(try await plant.valve.begin() == 6)
      #expect(plant.north.era == 6)
      #expect(try await plant.valve.turn(by: 1) == 1)
    }
  }

  @Test("Many calls at once are all answered", arguments: Medium.allCases)
  func concurrentCalls(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      try await withThrowingTaskGroup(of: Double.self) { group in
        for _ in 0..<500 { group.addTask { try await plant.valve.turn(by: 1) } }
        var angles: Set<Double> = []
        while let angle = try await group.next() { angles.insert(angle) }
        #expect(angles.count == 500)
      }
      #expect(plant.south.counters.sent.values.reduce(0, +) == 500)
      #expect(plant.north.counters.received.values.reduce(0, +) == 500)
      #expect(plant.north.counters.bytesReceived == plant.south.counters.bytesSent)
      #expect(plant.south.counters.bytesReceived == plant.north.counters.bytesSent)
    }
  }

  @Test("A node that shut down refuses to call", arguments: Medium.allCases)
  func shutDown(medium: Medium) async throws {
    try await run(medium) { plant async throws in
      _ = try await plant.valve.turn(by: 1)
      await plant.south.shutdown()
      await #expect(throws: ClusterError.self) { try await plant.valve.turn(by: 1) }
      #expect(plant.south.hosted.isEmpty)
    }
  }
}
