/// Where a reader stands in a map with text keys.
///
/// Keys in the order of the questions cost one comparison each. Other orders cost a scan of the map
/// per key; keys nobody asks for are skipped.
public struct CBORFields: Sendable {
  let first: Int
  /// The number of pairs, or nil when a break ends the map.
  let count: Int?
  /// The offset and index of the pair after the furthest one read so far.
  private(set) var next: Int
  private(set) var nextIndex = 0
  private var valueIndex: Int?

  init(first: Int, count: Int?) {
    self.first = first
    self.count = count
    next = first
  }

  mutating func beginValue(index: Int) { valueIndex = index }

  @usableFromInline
  mutating func finishValue(at position: Int) {
    guard let valueIndex else { return }
    next = position
    nextIndex = valueIndex + 1
    self.valueIndex = nil
  }
}
