/// Actions ordered by time, those of one time by the order in which they were scheduled.
///
/// A binary heap; a cancelled action leaves its place behind until it comes up or until such places
/// are the majority.
package struct TimerQueue: Sendable {
  package typealias Action = @Sendable () -> Void

  private struct Entry {
    let time: Duration
    let id: UInt64

    func precedes(_ other: Entry) -> Bool {
      time < other.time || (time == other.time && id < other.id)
    }
  }

  private var heap: [Entry] = []
  private var actions: [UInt64: Action] = [:]
  private var nextID: UInt64 = 0

  package init() {}

  /// The number of actions that wait.
  package var count: Int { actions.count }

  /// Adds an action.
  package mutating func schedule(at time: Duration, _ action: @escaping Action) -> TimerID {
    defer { nextID += 1 }
    actions[nextID] = action
    heap.append(Entry(time: time, id: nextID))
    siftUp(heap.count - 1)
    return TimerID(number: nextID)
  }

  /// Forgets an action.
  package mutating func cancel(_ timer: TimerID) {
    guard actions.removeValue(forKey: timer.number) != nil else { return }
    guard heap.count > 64, heap.count > 2 * actions.count else { return }
    heap = heap.filter { actions[$0.id] != nil }
    heap.sort { $0.precedes($1) }
  }

  /// The time of the next action.
  package mutating func nextTime() -> Duration? {
    while let first = heap.first, actions[first.id] == nil { removeFirst() }
    return heap.first?.time
  }

  /// Takes out the next action if its time has come.
  package mutating func popDue(at now: Duration) -> Action? {
    guard let time = nextTime(), time <= now else { return nil }
    return actions.removeValue(forKey: removeFirst().id)
  }

  @discardableResult
  private mutating func removeFirst() -> Entry {
    let first = heap[0]
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      siftDown(0)
    }
    return first
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].precedes(heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
