import SeededRandom

/// Things that could happen now, and the rule that picks one.
struct ReadyQueue<Element> {
  private var elements: [Element] = []
  /// Elements before this one are gone.
  private var first = 0
  private var generator: SeededGenerator
  private let order: SimulatedRuntime.Order

  init(order: SimulatedRuntime.Order, seed: UInt64) {
    self.order = order
    generator = SeededGenerator(seed: seed)
  }

  var count: Int { elements.count - first }

  mutating func append(_ element: Element) { elements.append(element) }

  /// Takes out all elements that satisfy a condition, in the order in which they came.
  mutating func remove(where condition: (Element) -> Bool) -> [Element] {
    let removed = elements[first...].filter(condition)
    elements = elements[first...].filter { !condition($0) }
    first = 0
    return removed
  }

  mutating func next() -> Element? {
    guard first < elements.count else { return nil }
    if order == .shuffled {
      elements.swapAt(Int.random(in: elements.indices, using: &generator), elements.count - 1)
      return elements.removeLast()
    }
    defer {
      first += 1
      if first == elements.count || first > 1024 {
        elements.removeFirst(first)
        first = 0
      }
    }
    return elements[first]
  }
}
