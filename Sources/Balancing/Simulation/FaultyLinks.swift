/// Carries messages, and does to them what the faults say.
public struct FaultyLinks: Sendable {
  let faults: [Fault]
  let seed: UInt64
  /// Longest holding back of a message that is duplicated or reordered.
  private static let holdback = 5.0
  /// For replays: the first message on each link.
  private var first: [Int: Message] = [:]

  public init(_ faults: [Fault], seed: UInt64) {
    self.faults = faults
    self.seed = seed
  }

  /// What arrives of a message, and when: an undisturbed one a round later.
  public mutating func carry(_ message: Message, at time: Double) -> [(
    time: Double, message: Message
  )] {
    var message = message
    var latency = 1.0
    var copies: [Double] = []
    for (number, fault) in faults.enumerated() where fault.strikes(message, at: time) {
      var draws = KeyedDraws(
        seed: seed, link: (message.sender, message.receiver), life: message.life,
        sequence: message.sequence, fault: number)
      switch fault.kind {
      case .delay(let delay): latency = draws.delay(delay, sequence: message.sequence)
      case .loss(let share): if draws.uniform() < share { return [] }
      case .partition: return []
      case .duplication(let share):
        if draws.uniform() < share { copies.append(draws.uniform() * Self.holdback) }
      case .reordering(let share):
        if draws.uniform() < share { latency += draws.uniform() * Self.holdback }
      case .noise(let sigma):
        for word in message.words.indices { message.words[word] += sigma * draws.normal() }
      case .quantisation(let unit):
        for word in message.words.indices {
          message.words[word] = (message.words[word] / unit).rounded() * unit
        }
      case .replay(let share):
        let link = message.sender << 32 | message.receiver
        if let old = first[link] {
          if draws.uniform() < share { message = old }
        } else {
          first[link] = message
        }
      case .byzantine(.silent): return []
      case .byzantine(.factor(let factor)):
        for word in message.words.indices { message.words[word] *= factor }
      case .byzantine(.signFlip):
        for word in message.words.indices { message.words[word].negate() }
      case .slow(let rounds): latency += rounds
      case .kill: break
      }
    }
    let arrival = time + latency
    return [(arrival, message)] + copies.map { (arrival + $0, message) }
  }
}
