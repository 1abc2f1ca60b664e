/// Something that comes before or after others of its kind.
package protocol Ordered {
  func precedes(_ other: Self) -> Bool
}

/// Elements of which the first in order comes out first. Adding and removing cost as much as the
/// logarithm of their number.
package struct BinaryHeap<Element: Ordered> {
  /// No element precedes the one at half its place.
  @usableFromInline var elements: [Element] = []

  @inlinable
  package init() {}

  @inlinable package var count: Int { elements.count }

  @inlinable package var first: Element? { elements.first }

  @inlinable
  package mutating func insert(_ element: Element) {
    elements.append(element)
    siftUp(elements.count - 1)
  }

  /// Takes out the first element; there must be one.
  @discardableResult
  @inlinable
  package mutating func removeFirst() -> Element {
    let first = elements[0]
    let last = elements.removeLast()
    if !elements.isEmpty {
      elements[0] = last
      siftDown(0)
    }
    return first
  }

  /// The elements that fit.
  @inlinable
  package func filter(_ fits: (Element) -> Bool) -> BinaryHeap {
    var kept = BinaryHeap()
    // Sorted, no element precedes the one at half its place.
    kept.elements = elements.filter(fits).sorted { $0.precedes($1) }
    return kept
  }

  @inlinable
  mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0, elements[child].precedes(elements[(child - 1) / 2]) {
      elements.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  @inlinable
  mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var least = parent
      let child = 2 * parent + 1
      if child < elements.count, elements[child].precedes(elements[least]) { least = child }
      if child + 1 < elements.count, elements[child + 1].precedes(elements[least]) {
        least = child + 1
      }
      guard least != parent else { return }
      elements.swapAt(parent, least)
      parent = least
    }
  }
}

extension BinaryHeap: Sendable where Element: Sendable {}
