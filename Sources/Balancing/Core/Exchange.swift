/// The only way in which agents talk. Counts everything at the sender.
public struct Exchange: Sendable {
  /// What was said since the last `collect`.
  private(set) var outbox: [(receiver: Int, stamp: Int, words: [Double])] = []

  public init() {}

  /// Tells a neighbour. A later word to the same neighbour in the same step replaces this one.
  ///
  /// - Parameter stamp: a small whole number for the algorithm's own use.
  public mutating func tell(_ receiver: Int, stamp: Int = 0, _ words: [Double]) {
    if let place = outbox.firstIndex(where: { $0.receiver == receiver }) {
      outbox[place] = (receiver, stamp, words)
    } else {
      outbox.append((receiver, stamp, words))
    }
  }

  mutating func clear() { outbox.removeAll(keepingCapacity: true) }
}

/// What was sent.
public struct Traffic: Sendable, Equatable, Codable {
  public var messages = 0
  public var words = 0
  public var bytes = 0

  public init() {}

  /// Adds what another sent.
  public mutating func add(_ other: Traffic) {
    messages += other.messages
    words += other.words
    bytes += other.bytes
  }

  mutating func count(_ message: Message) {
    messages += 1
    words += message.words.count
    bytes += message.byteCount
  }
}
