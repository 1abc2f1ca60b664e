/// What happens next: a binary heap, ordered by time, then by class, then by the order of entering.
struct EventQueue<Event: Sendable>: Sendable {
  private var heap: [(time: Double, rank: Int, order: Int, event: Event)] = []
  private var entered = 0

  var isEmpty: Bool { heap.isEmpty }
  var nextTime: Double { heap.first?.time ?? .infinity }

  mutating func add(_ event: Event, at time: Double, rank: Int) {
    heap.append((time, rank, entered, event))
    entered += 1
    var place = heap.count - 1
    while place > 0, precedes(place, (place - 1) / 2) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func removeFirst() -> (time: Double, event: Event) {
    let first = heap[0]
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var place = 0
      while true {
        var least = place
        for child in [2 * place + 1, 2 * place + 2]
        where child < heap.count && precedes(child, least) { least = child }
        if least == place { break }
        heap.swapAt(place, least)
        place = least
      }
    }
    return (first.time, first.event)
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    (heap[a].time, heap[a].rank, heap[a].order) < (heap[b].time, heap[b].rank, heap[b].order)
  }
}
