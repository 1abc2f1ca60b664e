import ActorCluster
import SeededRandom

/// A direction between two nodes.
struct Link: Hashable {
  var from: NodeName
  var to: NodeName
}

/// What is known of a direction, and what happens to its next message.
///
/// What happens to the n-th message of a link follows from seed, link, quality and n alone, so one
/// message more on one link leaves all others as they are.
struct LinkState {
  var isCut = false
  var quality = LinkQuality.perfect
  private(set) var messageCount: UInt64 = 0
  /// Of the seed and both names.
  private let hash: StableHash

  init(_ link: Link, seed: UInt64) {
    var hash = StableHash()
    hash.combine(seed)
    hash.combine(link.from.rawValue)
    hash.combine("→")
    hash.combine(link.to.rawValue)
    self.hash = hash
  }

  /// When a message arrives, in nanoseconds after it was sent.
  struct Passage {
    var first_ns: Int64?
    var second_ns: Int64?

    var arrivals: [(delay_ns: Int64, isCopy: Bool)] {
      switch (first_ns, second_ns) {
      case (let first?, let second?): [(first, false), (second, true)]
      case (let first?, nil): [(first, false)]
      case (nil, _): []
      }
    }
  }

  /// Decides about the next message.
  mutating func draw(delay_ns: ClosedRange<Int64>, isRequest: Bool) -> Passage {
    messageCount += 1
    var generator = generator(of: messageCount)
    var passage = Passage(first_ns: Int64.random(in: delay_ns, using: &generator))
    guard quality != .perfect else { return passage }
    if Double.random(in: 0..<1, using: &generator) < quality.loss {
      passage.first_ns = nil
      return passage
    }
    if Double.random(in: 0..<1, using: &generator) < quality.reordering {
      passage.first_ns! += lateness_ns(using: &generator)
    }
    if isRequest, Double.random(in: 0..<1, using: &generator) < quality.duplication {
      passage.second_ns =
        passage.first_ns! + Int64.random(in: delay_ns, using: &generator)
        + lateness_ns(using: &generator)
    }
    return passage
  }

  /// The time after which a node hears that a connection is gone.
  func noticeDelay_ns(within delay_ns: ClosedRange<Int64>) -> Int64 {
    var generator = generator(of: .max)
    return Int64.random(in: delay_ns, using: &generator)
  }

  private func lateness_ns(using generator: inout SeededGenerator) -> Int64 {
    Int64.random(in: 0...quality.lateness.wholeNanoseconds, using: &generator)
  }

  private func generator(of number: UInt64) -> SeededGenerator {
    var hash = hash
    hash.combine(number)
    return SeededGenerator(seed: hash.value)
  }
}
