import ActorCluster
import SimulatedCluster
import Testing
import TwinStore

@testable import Twin

/// How a tick that stands still is told.
extension OwnershipTests {
  @Test("A tick that stands still for two seconds is told as a stall, once, and so is its end")
  func stall() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      scene.twin.network.cut("north", "middle")
      _ = scene.twin.runtime.schedule(at: scene.twin.runtime.now + .seconds(20)) {
        scene.twin.network.mend("north", "middle")
      }
      let tick = processes.clusters[0].task { try await processes.coordinator.runTick() }
      try await scene.twin.runtime.sleep(for: .milliseconds(1_900))
      #expect(scene.time(of: .stalled) == nil)
      #expect(try await processes.coordinator.status().stall == [])
      try await scene.twin.runtime.sleep(for: .milliseconds(200))
      #expect(scene.time(of: .stalled) != nil)
      #expect(try await processes.coordinator.status().stall.first?.waiter == "coordinator")
      _ = try await tick.value
      try await scene.twin.runtime.sleep(for: .seconds(1))
      #expect(try await processes.coordinator.status().stall == [])
    }
    let kinds = scene.kinds().filter { $0 == .stalled || $0 == .stallEnded }
    #expect(kinds == [.stalled, .stallEnded])
  }

  @Test("A stall names the one segment that does not come, not those that have answered")
  func whoDoesNotCome() throws {
    let scene = try Scene()
    try scene.run { processes in
      _ = try await processes.coordinator.runTick()
      scene.twin.network.onMessage { message in
        if message.target == "conclude(_:)", message.to == "south" {
          scene.twin.network.cut(message, for: .nanoseconds(1), scene.twin.runtime)
        }
      }
      let tick = processes.clusters[0].task { try await processes.coordinator.runTick() }
      try await scene.twin.runtime.sleep(for: .milliseconds(2_200))
      let stall = try await processes.coordinator.status().stall
      #expect(stall.map(\.on) == ["segment feeder-2 on node south"])
      scene.twin.network.onMessage(nil)
      _ = try await tick.value
    }
  }
}
