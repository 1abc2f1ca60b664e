import ActorCluster
import SeededRandom
import Synchronization
import Testing

@testable import SimulatedCluster

/// The order of what is going to happen.
struct EventQueueTests {
  @Test("Events come in the order of time, then of planning", arguments: [1, 2, 3] as [UInt64])
  func order(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var queue = EventQueue()
    var expected: [(time: Int64, number: Int)] = []
    var timers: [TimerID] = []
    let happened = Mutex<[Int]>([])
    for number in 0..<2000 {
      let time = Int64.random(in: 0..<100, using: &generator)
      expected.append((time, number))
      timers.append(
        queue.schedule(at_ns: time, on: .own) { happened.withLock { $0.append(number) } })
    }
    let cancelled = Set((0..<1500).map { _ in Int.random(in: 0..<2000, using: &generator) })
    for number in cancelled.sorted() { #expect(queue.cancel(timers[number]) != nil) }
    #expect(queue.count == 2000 - cancelled.count)
    expected.removeAll { cancelled.contains($0.number) }
    while queue.nextTime_ns() != nil { queue.removeNext().action() }
    #expect(happened.withLock { $0 } == expected.sorted { $0 < $1 }.map(\.number))
  }

  @Test("What has happened, and what was cancelled, cannot be cancelled")
  func cancelTwice() {
    var queue = EventQueue()
    let first = queue.schedule(at_ns: 1, on: .own) {}
    let second = queue.schedule(at_ns: 2, on: .own) {}
    #expect(queue.nextTime_ns() == 1)
    _ = queue.removeNext()
    let third = queue.schedule(at_ns: 3, on: .own) {}
    #expect(queue.cancel(first) == nil, "Its place belongs to another by now.")
    #expect(queue.cancel(second) != nil)
    #expect(queue.cancel(second) == nil)
    #expect(queue.nextTime_ns() == 3)
    #expect(queue.cancel(third) != nil)
    #expect(queue.nextTime_ns() == nil)
  }
}
