import Synchronization
import Testing

@testable import ActorCluster

struct TimerQueueTests {
  private final class Log: Sendable {
    private let entries = Mutex<[Int]>([])
    var all: [Int] { entries.withLock { $0 } }
    func append(_ entry: Int) { entries.withLock { $0.append(entry) } }
  }

  @Test("Actions come up by time, then in the order they were scheduled")
  func order() {
    var queue = TimerQueue()
    let log = Log()
    for number in 0..<300 {
      _ = queue.schedule(at: .milliseconds(number * 7919 % 100)) { log.append(number) }
    }
    while let action = queue.popDue(at: .seconds(1)) { action() }
    #expect(log.all == (0..<300).sorted { ($0 * 7919 % 100, $0) < ($1 * 7919 % 100, $1) })
    #expect(queue.nextTime() == nil)
  }

  @Test("Nothing comes up before its time")
  func early() {
    var queue = TimerQueue()
    _ = queue.schedule(at: .seconds(2)) {}
    #expect(queue.popDue(at: .seconds(1)) == nil)
    #expect(queue.nextTime() == .seconds(2))
  }

  @Test("A cancelled action does not come up, nor keeps its place for ever")
  func cancelled() {
    var queue = TimerQueue()
    let log = Log()
    let timers = (0..<1000).map { number in
      queue.schedule(at: .milliseconds(1000 - number)) { log.append(number) }
    }
    for (number, timer) in timers.enumerated() where number != 500 { queue.cancel(timer) }
    #expect(queue.count == 1)
    #expect(queue.nextTime() == .milliseconds(500))
    while let action = queue.popDue(at: .seconds(1)) { action() }
    #expect(log.all == [500])
  }
}
