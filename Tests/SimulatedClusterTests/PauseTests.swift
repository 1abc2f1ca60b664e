import ActorCluster
import Distributed
import SimulatedCluster
import Testing

/// A node that stands still, as after `SIGSTOP`, and goes on.
struct PauseTests {
  private let pair: Pair
  private var network: SimulatedNetwork { pair.network }

  init() { pair = Pair(SimulatedRuntime(seed: 1)) }

  @Test("A paused node answers nobody, and its connection stays")
  func silence() throws {
    try pair.runtime.run {
      let (caller, thermometer, _) = try await pair.start()
      network.pause("north")
      await #expect(throws: ClusterError.deadlineExceeded(thermometer.id, target: "read()")) {
        _ = try await thermometer.read()
      }
      #expect(caller.now == .seconds(3))
    }
  }

  @Test("What reached a paused node happens when it goes on, in the order of arrival")
  func lateInOrder() throws {
    let log = MessageLog()
    try pair.runtime.run {
      let (caller, thermometer, _) = try await pair.start()
      network.pause("north")
      network.onArrival { if $0.purpose == .request { log.append($0) } }
      let calls = (0..<5).map { number in
        caller.task {
          try await caller.sleep(for: .milliseconds(10 * (5 - number)))
          return try await thermometer.add(Double(number))
        }
      }
      try await caller.sleep(for: .seconds(1))
      #expect(log.messages.isEmpty, "Nothing of it ran.")
      network.resume("north")
      for call in calls { _ = try await call.value }
      #expect(caller.now < .milliseconds(1010))
      #expect(try await thermometer.read() == 30)
    }
    let order = log.messages.map(\.index)
    #expect(order.count >= 5)
    #expect(order == order.sorted(), "The sends were 10 ms apart, no delay is longer than 2 ms.")
  }

  @Test("The timers of a paused node fire late, those of others in time")
  func timers() throws {
    try pair.runtime.run {
      let (south, _, local) = try await pair.start()
      let north = local.actorSystem
      let woken = north.task { () -> Duration in
        try await north.sleep(for: .milliseconds(100))
        return north.now
      }
      let inTime = south.task { () -> Duration in
        try await south.sleep(for: .milliseconds(100))
        return south.now
      }
      try await pair.runtime.sleep(for: .milliseconds(50))
      network.pause("north")
      try await pair.runtime.sleep(for: .milliseconds(9_950))
      network.resume("north")
      #expect(try await woken.value == .seconds(10))
      #expect(try await inTime.value == .milliseconds(100))
    }
  }

  @Test("A job of a paused node that was about to run does not")
  func jobs() throws {
    try pair.runtime.run {
      let (_, _, local) = try await pair.start()
      let north = local.actorSystem
      let ran = north.task { north.now }
      network.pause("north")
      try await pair.runtime.sleep(for: .seconds(1))
      network.resume("north")
      #expect(await ran.value == .seconds(1))
    }
  }

  @Test("A node may be paused and go on again and again; twice is once")
  func again() throws {
    try pair.runtime.run {
      let (caller, thermometer, _) = try await pair.start()
      for round in 1...3 {
        network.pause("north")
        network.pause("north")
        let call = caller.task { try await thermometer.add(1) }
        try await caller.sleep(for: .seconds(1))
        network.resume("north")
        network.resume("north")
        #expect(try await call.value == 20 + Double(round))
      }
    }
  }

  @Test("A node that crashes while it is paused is gone, and nothing of it is left over")
  func crashWhilePaused() throws {
    try pair.runtime.run {
      let (caller, thermometer, _) = try await pair.start()
      network.pause("north")
      let call = caller.task { try await thermometer.add(1) }
      try await caller.sleep(for: .milliseconds(100))
      network.crash("north")
      let lost = await call.result
      #expect(throws: ClusterError.connectionLost(node: "north", mayHaveRun: true)) {
        try lost.get()
      }
      let again = try await network.startNode("north")
      let fresh = try again.host("roof") { Thermometer(actorSystem: $0) }
      #expect(await fresh.whenLocal { $0.callCount } == 0)
      #expect(try await thermometer.read() == 20)
    }
  }

  @Test("A pause replays", arguments: [1, 2, 3] as [UInt64])
  func replay(seed: UInt64) throws {
    func run() throws -> UInt64 {
      let pair = Pair(SimulatedRuntime(seed: seed))
      try pair.runtime.run {
        let (caller, thermometer, _) = try await pair.start()
        let calls = (0..<20).map { number in
          caller.task {
            try await caller.sleep(for: .milliseconds(number))
            return try await thermometer.add(Double(number))
          }
        }
        try await caller.sleep(for: .milliseconds(5))
        pair.network.pause("north")
        try await caller.sleep(for: .milliseconds(500))
        pair.network.resume("north")
        for call in calls { _ = try await call.value }
      }
      #expect(pair.runtime.strayCount == 0)
      return pair.network.traceHash
    }
    let first = try run()
    for _ in 0..<20 { #expect(try run() == first) }
  }
}
