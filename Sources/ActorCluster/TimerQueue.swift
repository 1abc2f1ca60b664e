/// Actions ordered by time, those of one time by the order in which they were scheduled.
///
/// A cancelled action leaves its place behind until it comes up or until such places
/// are the majority.
package struct TimerQueue: Sendable {
  package typealias Action = @Sendable () -> Void

  private struct Entry: Ordered {
    let time: Duration
    let id: UInt64

    func precedes(_ other: Entry) -> Bool {
      time < other.time || (time == other.time && id < other.id)
    }
  }

  private var heap = BinaryHeap<Entry>()
  private var actions: [UInt64: Action] = [:]
  private var nextID: UInt64 = 0

  package init() {}

  /// The number of actions that wait.
  package var count: Int { actions.count }

  /// Adds an action.
  package mutating func schedule(at time: Duration, _ action: @escaping Action) -> TimerID {
    defer { nextID += 1 }
    actions[nextID] = action
    heap.insert(Entry(time: time, id: nextID))
    return TimerID(number: nextID)
  }

  /// Forgets an action.
  package mutating func cancel(_ timer: TimerID) {
    guard actions.removeValue(forKey: timer.number) != nil else { return }
    guard heap.count > 64, heap.count > 2 * actions.count else { return }
    heap = heap.filter { actions[$0.id] != nil }
  }

  /// The time of the next action.
  package mutating func nextTime() -> Duration? {
    while let first = heap.first, actions[first.id] == nil { heap.removeFirst() }
    return heap.first?.time
  }

  /// Takes out the next action if its time has come.
  package mutating func popDue(at now: Duration) -> Action? {
    guard let time = nextTime(), time <= now else { return nil }
    return actions.removeValue(forKey: heap.removeFirst().id)
  }
}
