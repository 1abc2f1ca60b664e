import ActorCluster
import Testing

@testable import SimulatedCluster

/// Clocks that start somewhere else and run too fast or too slow.
struct ClockTests {
  private static let clocks = [
    SimulatedClock.exact, SimulatedClock(offset: .seconds(1000)),
    SimulatedClock(drift_ppm: 100_000), SimulatedClock(drift_ppm: -100_000),
    SimulatedClock(offset: .nanoseconds(7), drift_ppm: 99_999),
    SimulatedClock(offset: .seconds(86_400), drift_ppm: -1),
  ]

  @Test("A node's timer fires when its own clock shows the time", arguments: clocks)
  func timers(clock: SimulatedClock) throws {
    let runtime = SimulatedRuntime(seed: 1)
    let network = SimulatedNetwork(runtime: runtime, authority: OpenToAll())
    try runtime.run {
      let node = try await network.startNode("north", clock: clock)
      let start = node.now
      #expect(start == clock.offset)
      try await node.sleep(for: .seconds(10))
      #expect(node.now - start >= .seconds(10))
      #expect(node.now - start < .seconds(10) + .nanoseconds(2))
      let expected = 10.0 / (1 + Double(clock.drift_ppm) / 1e6)
      #expect(abs(runtime.now / .seconds(1) - expected) < 1e-8)
    }
  }

  @Test("The first true time of a reading is the first", arguments: clocks)
  func inverse(clock: SimulatedClock) {
    for true_ns in [0, 1, 2, 999, 1_000_000_007, 86_400_000_000_001] as [Int64] {
      let reading = clock.reading_ns(at: true_ns)
      let first = clock.true_ns(at: reading)
      #expect(clock.reading_ns(at: first) >= reading)
      #expect(first <= true_ns)
      if first > 0 { #expect(clock.reading_ns(at: first - 1) < reading) }
    }
  }

  @Test("A deadline is kept on the caller's clock")
  func deadline() throws {
    let runtime = SimulatedRuntime(seed: 1)
    let network = SimulatedNetwork(runtime: runtime, authority: OpenToAll())
    try runtime.run {
      let north = try await network.startNode("north")
      let south = try await network.startNode("south", clock: SimulatedClock(drift_ppm: 100_000))
      let local = try north.host("roof") { Thermometer(actorSystem: $0) }
      let remote = try Thermometer.resolve(id: local.id, using: south)
      await #expect(throws: ClusterError.self) { try await remote.nap(milliseconds: 60_000) }
      let seconds = runtime.now / .seconds(1)
      #expect(abs(seconds - 3 / 1.1) < 1e-6)
    }
  }

  @Test("Time before a clock's start has come at once")
  func past() throws {
    let runtime = SimulatedRuntime(seed: 1)
    let network = SimulatedNetwork(runtime: runtime, authority: OpenToAll())
    try runtime.run {
      let node = try await network.startNode(
        "north", clock: SimulatedClock(offset: .seconds(100), drift_ppm: 50_000))
      try await node.sleep(for: .seconds(-200))
      #expect(runtime.now == .zero)
    }
  }
}
