import Distributed
import HTTP2Connection
import NIOPosix
import Testing

@testable import ActorCluster

struct JobCostTests {
  @Test(
    "A lane starts on the loop, leaves it by its first long job and comes back after short ones")
  func comesBack() {
    var cost = JobCost()
    #expect(cost.isShort)
    cost.add(.microseconds(90), jobs: 1)
    #expect(cost.isShort)
    cost.add(.milliseconds(2), jobs: 1)
    for _ in 0..<JobCost.trust {
      #expect(!cost.isShort)
      cost.add(.microseconds(5), jobs: 1)
    }
    #expect(cost.isShort)
  }

  @Test("Many short jobs in one run are not a long one")
  func manyShort() {
    var cost = JobCost()
    cost.add(.microseconds(500), jobs: 10)
    #expect(cost.isShort)
    cost.add(.microseconds(1_500), jobs: 10)
    #expect(!cost.isShort)
  }
}

struct LingeringTests {
  private static let close_ns = Lingering.patience_ns

  @Test("It pays to stay awake while work follows closely upon work")
  func pays() {
    var lingering = Lingering()
    var now_ns: Int64 = 1_000_000_000
    var pays = lingering.pays(at: now_ns)
    #expect(!pays)
    for _ in 0..<100 {
      now_ns += Self.close_ns
      pays = lingering.pays(at: now_ns)
      #expect(pays)
    }
  }

  @Test("Work far apart is waited for asleep, after a few moments in vain")
  func tires() {
    var lingering = Lingering()
    var now_ns: Int64 = 1_000_000_000
    _ = lingering.pays(at: now_ns)
    _ = lingering.pays(at: now_ns + Self.close_ns)
    now_ns += Self.close_ns
    let waits = (0..<20).map { _ in
      now_ns += 10 * Self.close_ns
      return lingering.pays(at: now_ns)
    }
    #expect(waits.filter { $0 }.count == Lingering.attempts - 1)
    #expect(!waits.last!)
    let pays = lingering.pays(at: now_ns + Self.close_ns)
    #expect(pays)
  }
}

struct LaneTests {
  /// Counts on a lane; some of its methods are long.
  private actor Counter {
    private let lane: Lane
    private(set) var count = 0
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(on lane: Lane) { self.lane = lane }

    /// Reads, lets time pass and writes: two at once would lose counts.
    func add(taking time: Duration) {
      let before = count
      let end = ContinuousClock.now + time
      while ContinuousClock.now < end {}
      count = before + 1
    }

    func assertsItsLane() { preconditionIsolated() }
  }

  @Test("Jobs of a lane never overlap, on the loop and off it")
  func oneAtATime() async {
    let counter = Counter(on: Lane(label: "test.lane", loop: .executor))
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<400 {
        let time: Duration = number % 50 == 0 ? .milliseconds(1) : .microseconds(1)
        group.addTask { await counter.add(taking: time) }
        group.addTask(executorPreference: SharedLoop.executor) {
          await counter.add(taking: time)
        }
      }
    }
    #expect(await counter.count == 800)
    await counter.assertsItsLane()
  }

  @Test("A lane of long jobs holds the loop up once, not for good")
  func longJobs() async {
    let lane = Lane(label: "test.long", loop: .executor)
    let counter = Counter(on: lane)
    await counter.add(taking: .milliseconds(1))
    let busy = Task { for _ in 0..<20 { await counter.add(taking: .milliseconds(20)) } }
    try? await Task.sleep(for: .milliseconds(40))
    var longest = Duration.zero
    for _ in 0..<20 {
      let start = ContinuousClock.now
      try? await SharedLoop.group.next().submit {}.get()
      longest = max(longest, ContinuousClock.now - start)
      try? await Task.sleep(for: .milliseconds(5))
    }
    await busy.value
    #expect(longest < .milliseconds(15))
  }
}
