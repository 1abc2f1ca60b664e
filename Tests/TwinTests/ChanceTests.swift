import GridModel
import SeededRandom
import SimulatedCluster
import Testing
import TwinStore

@testable import Twin

/// Messages are lost by chance, again and again; the store does not notice.
struct ChanceTests {
  /// One message of thirty: most ticks break once, some give up and are asked for again.
  private static let lossRate = 1.0 / 30
  private static let patience = 100

  @Test("Random losses delay ticks and change none", arguments: 1...20 as ClosedRange<UInt64>)
  func randomLosses(seed: UInt64) throws {
    let expected = try DisturbedTwin.undisturbed()
    let twin = try SimulatedTwin(Grids.evening, seed: seed)
    let bits = try twin.runtime.run { () -> [UInt64] in
      let processes = try await twin.form()
      twin.network.onMessage { message in
        var generator = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(message.index))
        guard Double.random(in: 0..<1, using: &generator) < Self.lossRate else { return }
        twin.network.cut(message, for: .nanoseconds(1), twin.runtime)
      }
      for _ in 0..<Self.patience where try twin.store.lastCommit()?.tick != 2 {
        _ = try await processes.coordinator.runTick()
      }
      twin.network.onMessage(nil)
      // The last tick may have been told to nobody but the store.
      try await processes.coordinator.form(twin.plan)
      #expect(processes.clusters[0].era > 2, "A loss has cost an era.")
      let bits = try await processes.coordinator.voltages().bits
      await processes.shutdown()
      return bits
    }
    #expect(bits == expected.bits)
    #expect(try twin.store.lastCommit() == expected.commit)
    #expect(twin.runtime.strayCount == 0)
  }
}
