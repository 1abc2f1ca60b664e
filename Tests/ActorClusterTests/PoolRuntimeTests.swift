import Synchronization
import Testing

@testable import ActorCluster

struct PoolRuntimeTests {
  private final class Wakings: Sendable {
    private let times = Mutex<[Int]>([])
    var all: [Int] { times.withLock { $0 } }
    func append(_ time: Int) { times.withLock { $0.append(time) } }
  }

  @Test("Sleepers wake in the order of their times, not of their sleeping")
  func sleeping() async throws {
    let runtime = PoolRuntime(laneCount: 2)
    let start = runtime.now
    let wakings = Wakings()
    try await withThrowingTaskGroup { group in
      for time in [600, 100, 350] {
        group.addTask {
          try await runtime.sleep(for: .milliseconds(time))
          wakings.append(time)
        }
      }
      try await group.waitForAll()
    }
    #expect(runtime.now - start >= .milliseconds(600))
    #expect(wakings.all == [100, 350, 600])
  }

  @Test("A cancelled sleeper wakes at once")
  func cancelled() async {
    let runtime = PoolRuntime(laneCount: 1)
    let sleeper = Task { try await runtime.sleep(for: .seconds(3600)) }
    sleeper.cancel()
    await #expect(throws: CancellationError.self) { try await sleeper.value }
  }

  @Test("An actor keeps its lane, and names spread over lanes")
  func lanes() {
    let runtime = PoolRuntime(laneCount: 4)
    let lanes = (0..<100).map { number in
      runtime.lane(of: ActorIdentity(kind: "segment", name: "s\(number)", on: "north"))
    }
    #expect(lanes[7] == runtime.lane(of: ActorIdentity(kind: "segment", name: "s7", on: "north")))
    for lane in 0..<4 { #expect((10..<50).contains(lanes.count { $0 == lane })) }
  }
}
