/// Hands an agent its neighbours' messages round by round.
///
/// Between processes a quick neighbour's next message may come before a slow one's last. An agent that
/// steps when all have spoken would then mix two rounds; so the early message waits until the step is
/// made. Nothing is lost by it: the agent could not have stepped without the slow neighbour.
public struct LockstepInbox: Sendable {
  private var waiting: [Message] = []
  /// Whose message of this round has been handed out.
  private var heard: Set<Int> = []

  public init() {}

  /// Takes a message; returns it if it may be handed out now.
  public mutating func take(_ message: Message) -> Message? {
    guard heard.insert(message.sender).inserted else {
      waiting.append(message)
      return nil
    }
    return message
  }

  /// Begins a round; returns the messages that came early.
  public mutating func next() -> [Message] {
    heard = []
    var early: [Message] = []
    var rest: [Message] = []
    for message in waiting {
      if heard.insert(message.sender).inserted {
        early.append(message)
      } else {
        rest.append(message)
      }
    }
    waiting = rest
    return early
  }
}
