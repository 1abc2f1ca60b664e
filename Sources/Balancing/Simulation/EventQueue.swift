/// Events by time; at one time by rank, and then as they came.
struct EventQueue<Event: Sendable>: Sendable {
  /// What the heap moves about; the events themselves stay where they are.
  private struct Key: Sendable {
    var time: Double
    var rank: Int
    var number: Int
    var slot: Int

    func precedes(_ other: Key) -> Bool {
      if time != other.time { return time < other.time }
      if rank != other.rank { return rank < other.rank }
      return number < other.number
    }
  }

  private var heap: [Key] = []
  private var events: [Event?] = []
  private var free: [Int] = []
  private var count = 0

  var isEmpty: Bool { heap.isEmpty }
  var nextTime: Double { heap[0].time }

  mutating func add(_ event: Event, at time: Double, rank: Int) {
    let slot = free.popLast() ?? events.count
    if slot == events.count { events.append(event) } else { events[slot] = event }
    heap.append(Key(time: time, rank: rank, number: count, slot: slot))
    count += 1
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> (time: Double, event: Event) {
    let first = heap[0]
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        var smallest = parent
        for child in (2 * parent + 1)...(2 * parent + 2)
        where child < heap.count && heap[child].precedes(heap[smallest]) {
          smallest = child
        }
        if smallest == parent { break }
        heap.swapAt(parent, smallest)
        parent = smallest
      }
    }
    let event = events[first.slot]!
    events[first.slot] = nil
    free.append(first.slot)
    return (first.time, event)
  }
}
